"""The same records in the forms in which PostgreSQL's logs come, as bytes."""
import csv
import datetime
import io
import json
import re

BEGIN = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone.utc)


class Record:
    def __init__(self, number, severity, state, message, fields, application):
        self.number, self.severity, self.state, self.message = number, severity, state, message
        self.fields, self.application = fields, application
        self.pid = 4000 + number // 20
        self.session = f'{int(BEGIN.timestamp()) + number // 20:x}.{self.pid:x}'
        self.time = BEGIN + datetime.timedelta(milliseconds=20 * number)

    def stamp(self):
        return f'{self.time:%Y-%m-%d %H:%M:%S}.{self.time.microsecond // 1000:03} UTC'

    def lines(self, prefix):
        """As stderr and syslog have them; DETAIL and the like are entries of their own."""
        entries = [(self.severity, self.message)] + [
            (name.upper(), self.fields[name])
            for name in ('detail', 'hint', 'query', 'context', 'statement') if name in self.fields]
        return [f'{prefix}{name}:  ' + text.replace('\n', '\n\t') for name, text in entries]


def of_stderr(record):
    prefix = f'{record.stamp()} [{record.pid}] web@shop/{record.application} {record.session} '
    return ''.join(entry + '\n' for entry in record.lines(prefix))


def of_csv(record):
    row, field = io.StringIO(), lambda name: record.fields.get(name, '')
    csv.writer(row, lineterminator='\n').writerow([
        record.stamp(), 'web', 'shop', record.pid, '10.0.0.7:4711', record.session,
        record.number % 20 + 1, 'SELECT', f'{BEGIN:%Y-%m-%d %H:%M:%S} UTC', '4/7', 0,
        record.severity, record.state, record.message, field('detail'), field('hint'),
        field('query'), '', field('context'), field('statement'), '', '', record.application,
        'client backend', '', 0])
    return row.getvalue()


def of_json(record):
    names = {'detail': 'detail', 'hint': 'hint', 'query': 'internal_query', 'context': 'context',
             'statement': 'statement'}
    return json.dumps({
        'timestamp': record.stamp(), 'user': 'web', 'dbname': 'shop', 'pid': record.pid,
        'session_id': record.session, 'line_num': record.number % 20 + 1,
        'error_severity': record.severity, 'state_code': record.state, 'message': record.message,
        **{names[name]: text for name, text in record.fields.items()},
        'application_name': record.application, 'backend_type': 'client backend'}) + '\n'


def of_syslog(record):
    """RFC 3164, as rsyslog writes it: a line each, the tabs escaped."""
    head = f'{record.time:%b} {record.time.day:2} {record.time:%H:%M:%S} db1 postgres[{record.pid}]: '
    lines, parts = [], record.lines(f'web@shop/{record.application} ')
    for entry, text in enumerate(parts):
        for part, line in enumerate(text.split('\n'), 1):
            lines.append(f'{head}[{record.number % 20 * 6 + entry + 1}-{part}] '
                         + line.replace('\t', '#011') + '\n')
    return ''.join(lines)


def of_torn_syslog(record):
    """The same, cut before a blank after at most 900 bytes as the server does it; parts are lost."""
    out, last, part = [], None, 0
    for line in of_syslog(record)[:-1].split('\n'):
        head, number, text = re.fullmatch(r'(.*: \[)(\d+)-\d+\] (.*)', line, re.DOTALL).groups()
        while text:
            cut = len(text) if len(text) <= 900 else text.rfind(' ', 1, 901)
            cut = cut if cut > 0 else 900
            part = part + 1 if number == last else 1
            last = number
            if part == 1 or (part + record.number) % 3:
                out.append(f'{head}{number}-{part}] {text[:cut]}\n')
            text = text[cut:]
    return ''.join(out)


def of_docker(record):
    time = f'{record.time:%Y-%m-%dT%H:%M:%S.%f}000Z'
    return ''.join(json.dumps({'log': line + '\n', 'stream': 'stderr', 'time': time}) + '\n'
                   for line in of_stderr(record)[:-1].split('\n'))


FORMS = {'stderr': of_stderr, 'csv': of_csv, 'json': of_json, 'syslog': of_syslog,
         'torn-syslog': of_torn_syslog,
         'docker': of_docker}


def of_pooler(number, text):
    return f'{BEGIN:%Y-%m-%d %H:%M}:{number % 60:02}.104 UTC [77] {text}\n'
