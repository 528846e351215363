#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

// PostgreSQL's own client library (Debian: libpq-dev).
#include <libpq-fe.h>

// What wakes a thread that waits in poll(2) for a connection; not part of Swift's Glibc module.
#include <sys/eventfd.h>

// Names a connection's thread for top -H and debuggers; glibc declares it under _GNU_SOURCE only, which a module
// cannot ask for.
#include <pthread.h>
extern int pthread_setname_np(pthread_t thread, const char *name);

#endif
