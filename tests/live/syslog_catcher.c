/* Stands in for the system's syslog daemon: loaded into a server (LD_PRELOAD), it writes what the
   server gives to syslog() as the daemons do, into $SYSLOG_CATCHER (traditional time) and
   $SYSLOG_CATCHER.iso (RFC 3339 time). A test cannot have /dev/log for itself. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char ident[64] = "postgres";

void openlog(const char *name, int option, int facility) {
  (void)option;
  (void)facility;
  if (name != NULL) snprintf(ident, sizeof ident, "%s", name);
}

void closelog(void) {}

/* Control characters become #ooo, as rsyslog does it; one line is one write. */
static void append(const char *path, const char *when, const char *text) {
  const size_t room = strlen(text) * 4 + 256;
  char *line = malloc(room);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (line != NULL && file >= 0) {
    size_t at = (size_t)snprintf(line, room, "%s dbhost %s[%d]: ", when, ident, (int)getpid());
    for (; *text != '\0'; ++text) {
      const unsigned char c = (unsigned char)*text;
      if (c < 32 || c == 127) {
        at += (size_t)snprintf(line + at, room - at, "#%03o", c);
      } else {
        line[at++] = *text;
      }
    }
    line[at++] = '\n';
    if (write(file, line, at) < 0) abort();
  }
  if (file >= 0) close(file);
  free(line);
}

static void caught(const char *format, va_list values) {
  const char *path = getenv("SYSLOG_CATCHER");
  char *text = NULL, traditional[32], iso[32], full[48], second[4096];
  struct timeval now;
  struct tm parts;
  if (path == NULL || vasprintf(&text, format, values) < 0) return;
  gettimeofday(&now, NULL);
  gmtime_r(&now.tv_sec, &parts);
  strftime(traditional, sizeof traditional, "%b %e %H:%M:%S", &parts);
  strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(full, sizeof full, "%s.%06ld+00:00", iso, (long)now.tv_usec);
  snprintf(second, sizeof second, "%s.iso", path);
  append(path, traditional, text);
  append(second, full, text);
  free(text);
}

void vsyslog(int priority, const char *format, va_list values) {
  (void)priority;
  caught(format, values);
}

void syslog(int priority, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsyslog(priority, format, values);
  va_end(values);
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
  va_list values;
  (void)flag;
  va_start(values, format);
  vsyslog(priority, format, values);
  va_end(values);
}
