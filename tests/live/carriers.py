"""How carriers hand over a log that a server wrote: containers, journald, syslog, clouds.

Each function takes the entries of a log and the host they came from, and answers the lines (or
objects) that the carrier makes of them; `document` puts objects into one. What a carrier does to a
text stands at its function.
"""
import collections
import datetime
import json
import re

# `text` is without the newline at its end; what follows a newline inside begins with a tab.
Entry = collections.namedtuple('Entry', 'time pid text')

PIECE = 16384


def entries_of(text, prefix, base=10):
    """What a stderr log is made of: lines with a prefix, and the lines that belong to them.
    `prefix` finds the time and the process, whose number has this base."""
    entries = []
    for line in text.split(b'\n')[:-1]:
        if line.startswith(b'\t'):
            entries[-1] = entries[-1]._replace(text=entries[-1].text + b'\n' + line)
            continue
        time, pid = prefix.match(line).groups()
        time = datetime.datetime.fromisoformat(time.decode() + '+00:00')
        entries.append(Entry(time, int(pid, base), line))
    return entries


def lines_of(entries):
    return [Entry(entry.time, entry.pid, line) for entry in entries
            for line in entry.text.split(b'\n')]


def text_of(data):
    return data.decode(errors='replace')


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode() + b'\n'


def nanoseconds(time):
    return time.strftime('%Y-%m-%dT%H:%M:%S.%f') + '123Z'


def milliseconds(time):
    return int(time.timestamp() * 1000)


def pieces_of(line):
    return [line[at:at + PIECE] for at in range(0, max(len(line), 1), PIECE)]


# ---- containers ---------------------------------------------------------------------------------

def docker(entries, host):
    """json-file: an object a line; what is longer than 16 KiB comes in pieces, and only the last
    has the newline. Bytes that are no UTF-8 become U+FFFD, torn characters too. Here some
    processes write to stdout; its lines come between the pieces of stderr."""
    streams = collections.defaultdict(collections.deque)
    for line in lines_of(entries):
        stream = 'stdout' if line.pid % 2 else 'stderr'
        streams[stream].extend((line.time + datetime.timedelta(milliseconds=number), piece)
                               for number, piece in enumerate(pieces_of(line.text + b'\n')))
    out = []
    while any(streams.values()):
        stream = min((name for name in streams if streams[name]),
                     key=lambda name: streams[name][0][0])
        time, piece = streams[stream].popleft()
        out.append(compact({'log': text_of(piece), 'stream': stream, 'time': nanoseconds(time)}))
    return out


def cri(entries, host):
    """containerd and CRI-O: time, stream, P for a piece of 16 KiB that goes on and F for the last,
    and the bytes as they are."""
    out = []
    for line in lines_of(entries):
        *begun, last = pieces_of(line.text)
        head = nanoseconds(line.time).encode() + b' stderr '
        out += [head + b'P ' + piece + b'\n' for piece in begun] + [head + b'F ' + last + b'\n']
    return out


def fluentd(entries, host):
    """What a collector makes of CRI: the pieces stay pieces, and the pod is told."""
    out = []
    for line in cri(entries, host):
        time, stream, tag, text = line[:-1].split(b' ', 3)
        out.append(compact({
            'stream': stream.decode(), 'logtag': tag.decode(), 'message': text_of(text),
            'time': time.decode(), 'docker': {'container_id': 'c0ffee'}, 'kubernetes': {
                'container_name': 'postgres', 'namespace_name': 'shop', 'pod_name': host,
                'labels': {'app': 'postgres', 'log': 'stderr'}, 'host': 'node-7'}}))
    return out


CLOUDNATIVE_NAMES = {
    'time': 'log_time', 'user': 'user_name', 'database': 'database_name', 'pid': 'process_id',
    'client': 'connection_from', 'session': 'session_id', 'line': 'session_line_num',
    'tag': 'command_tag', 'start': 'session_start_time', 'vxid': 'virtual_transaction_id',
    'xid': 'transaction_id', 'severity': 'error_severity', 'sqlstate': 'sql_state_code',
    'statement': 'query', 'position': 'query_pos', 'internal_position': 'internal_query_pos',
    'application': 'application_name', 'backend': 'backend_type', 'leader': 'leader_pid'}


def cloudnative(records, host):
    """CloudNativePG reads the server's csv log: all values are strings, empty ones are left out.
    Its own components write into the same stream."""
    out = []
    for number, record in enumerate(records):
        if number % 7 == 0:
            out.append(compact({
                'level': 'info', 'ts': '2026-01-02T03:04:05.123456789Z', 'logger': 'wal-archive',
                'msg': 'Backup not configured, skip WAL archiving', 'logging_pod': host,
                'walName': f'pg_wal/{number:024X}', 'currentPrimary': host}))
        out.append(compact({
            'level': 'info', 'ts': 1767323045.25 + number, 'logger': 'postgres', 'msg': 'record',
            'logging_pod': host,
            'record': {CLOUDNATIVE_NAMES.get(key, key): value for key, value in record.items()
                       if value}}))
    return out


# ---- journald -----------------------------------------------------------------------------------

def journald_short(entries, host):
    """`journalctl -o short-iso` of what a service writes to stderr: one entry a line, all of the
    process that systemd started."""
    return [line.time.strftime('%Y-%m-%dT%H:%M:%S+0000').encode() +
            f' {host} postgres[{entries[0].pid}]: '.encode() + line.text + b'\n'
            for line in lines_of(entries)]


def journal_fields(line, host):
    return {'__CURSOR': f's=1;i={line.pid}', '__REALTIME_TIMESTAMP':
            str(int(line.time.timestamp() * 1_000_000)), '_TRANSPORT': 'stdout', 'PRIORITY': '6',
            'SYSLOG_IDENTIFIER': 'postgres', '_COMM': 'postgres', '_HOSTNAME': host,
            '_PID': str(line.pid), '_SYSTEMD_UNIT': 'postgresql@15-main.service'}


def is_printable(text, newlines):
    try:
        text = text.decode()
    except UnicodeDecodeError:
        return False
    return all(letter >= ' ' and letter != '\x7f' or letter == '\t' or newlines and letter == '\n'
               for letter in text)


def journald_json(entries, host, everything=True):
    """`journalctl -o json`: MESSAGE is an array of bytes where it is not printable, and null from
    4 KiB on, unless --all is given."""
    out = []
    for line in lines_of(entries):
        message = list(line.text)
        if is_printable(line.text, True):
            message = line.text.decode()
        if not everything and len(line.text) + len('MESSAGE=') >= 4096:
            message = None
        out.append(compact({**journal_fields(line, host), 'MESSAGE': message}))
    return out


def journald_export(entries, host):
    """`journalctl -o export`, of entries of several lines: NAME=value, or the name, the length as
    64 bits and the bytes, where the value is not printable or has a newline."""
    out = []
    for entry in entries:
        fields = b''.join(f'{name}={value}\n'.encode()
                          for name, value in journal_fields(entry, host).items())
        message = b'MESSAGE=' + entry.text
        if not is_printable(entry.text, False):
            message = b'MESSAGE\n' + len(entry.text).to_bytes(8, 'little') + entry.text
        out.append(fields + message + b'\n\n')
    return out


# ---- syslog -------------------------------------------------------------------------------------

SYSLOG_LINE = re.compile(rb'(\S+) \S+ postgres\[(\d+)\]: ')


def syslog_entries(text):
    """The parts that a server gave to syslog, from a file with times in full."""
    heads = [(line, SYSLOG_LINE.match(line)) for line in text.split(b'\n')[:-1]]
    return [Entry(datetime.datetime.fromisoformat(head.group(1).decode()), int(head.group(2)),
                  line[head.end():]) for line, head in heads]


def without_escapes(text):
    return re.sub(rb'#(0[0-3][0-7]|177)', lambda found: bytes([int(found.group(1), 8)]), text)


def rfc5424(entries, host):
    """As rsyslog sends it on, a line each; control characters are escaped as `#011`."""
    return [f'<134>1 {part.time.isoformat()} {host} postgres {part.pid} - - '.encode() +
            part.text + b'\n' for part in entries]


def rfc6587(entries, host):
    """The same in frames that begin with their length: nothing has to be escaped."""
    frames = [f'<134>1 {part.time.isoformat()} {host} postgres {part.pid} - [x@1 a="b\\"]"] '
              .encode() + without_escapes(part.text) for part in entries]
    return [f'{len(frame)} '.encode() + frame for frame in frames]


def logplex(entries, host):
    """Heroku: the database's colour, then the parts as they were given to syslog. Figures of the
    database itself come between."""
    out = []
    for number, part in enumerate(entries):
        time = part.time.isoformat().encode()
        out.append(time + f' app[postgres.{part.pid}]: [{host}] '.encode() +
                   without_escapes(part.text) + b'\n')
        if number % 50 == 7:
            out.append(time + b' app[heroku-postgres]: source=DATABASE addon=postgresql-flat-1 '
                       b'sample#current_transaction=1 sample#active-connections=11\n')
    return out


# ---- clouds -------------------------------------------------------------------------------------

def aws_tail(entries, host):
    """`aws logs tail`: time, stream, and the event as it is, with its newlines."""
    return [entry.time.isoformat(timespec='microseconds').encode() + f' {host}.0 '.encode() +
            entry.text + b'\n' for entry in entries]


def filter_log_events(entries, host):
    """An event for each entry, with its newlines; times in milliseconds."""
    return [{'logStreamName': f'{host}.0', 'timestamp': milliseconds(entry.time),
             'message': text_of(entry.text), 'ingestionTime': milliseconds(entry.time) + 900,
             'eventId': f'{number:056}'} for number, entry in enumerate(entries)]


def insights(entries, host):
    """The console's CSV: what is not a plain word is quoted."""
    out = []
    for entry in entries:
        time = entry.time.strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]
        message = entry.text.replace(b'"', b'""')
        out.append(f'{time},"'.encode() + message + f'",{host}.0\n'.encode())
    return out


def cloud_sql(entries, host):
    """A LogEntry for each entry, with its newlines."""
    return [{'insertId': f's=c0ffee;i={number:x}',
             'logName': 'projects/shop-1/logs/cloudsql.googleapis.com%2Fpostgres.log',
             'receiveTimestamp': nanoseconds(entry.time),
             'resource': {'labels': {'database_id': f'shop-1:{host}', 'project_id': 'shop-1',
                                     'region': 'europe-west3'}, 'type': 'cloudsql_database'},
             'severity': 'INFO', 'textPayload': text_of(entry.text),
             'timestamp': nanoseconds(entry.time)} for number, entry in enumerate(entries)]


def cloud_sql_lines(entries, host):
    """A LogEntry for each line: entries of several lines arrive in several."""
    return cloud_sql(lines_of(entries), host)


AZURE_LEVEL = re.compile(rb'[^ ]+ [^ ]+ UTC-[0-9a-f]+\.[0-9a-f]+-([A-Z]+):  ')
AZURE_LOST = (b'STATEMENT', b'CONTEXT', b'HINT', b'QUERY')


def azure(entries, host):
    """A flexible server gives a record as a whole line, its DETAIL in a field of its own, and
    neither STATEMENT nor CONTEXT. The prefix is `%t-%c-`."""
    out = []
    for entry in entries:
        head = AZURE_LEVEL.match(entry.text)
        level, rest = head.group(1), entry.text[head.end():]
        if level == b'DETAIL':
            # The tabs are the log's, not the field's.
            out[-1]['properties']['detail'] = text_of(rest.replace(b'\n\t', b'\n'))
        elif level not in AZURE_LOST:
            out.append({'time': nanoseconds(entry.time)[:-3] + 'Z', 'category': 'PostgreSQLLogs',
                        'operationName': 'LogEvent', 'location': 'westeurope',
                        'resourceId': '/SUBSCRIPTIONS/1/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.'
                                      f'DBFORPOSTGRESQL/FLEXIBLESERVERS/{host}',
                        'properties': {'timestamp': str(entry.time)[:19] + 'Z',
                                       'processId': entry.pid, 'errorLevel': level.decode(),
                                       'sqlerrcode': '00000', 'message': text_of(entry.text),
                                       'detail': ''}})
    return out


# ---- documents ----------------------------------------------------------------------------------

def lines(objects):
    return b''.join(compact(item) for item in objects)


def array(objects):
    """As `gcloud logging read --format=json` prints it."""
    return json.dumps(objects, indent=2).encode() + b'\n'


def newest_first(objects):
    return array(objects[::-1])


def event_hub(objects):
    return b''.join(compact({'records': objects[at:at + 40]})
                    for at in range(0, len(objects), 40))


def events_compact(objects):
    return compact({'events': objects, 'searchedLogStreams': []})


def events_pretty(objects):
    """As the AWS command line prints it."""
    return json.dumps({'events': objects, 'searchedLogStreams': []}, indent=4).encode() + b'\n'


def insights_csv(rows):
    return b'@timestamp,@message,@logStream\n' + b''.join(rows)
