#ifndef CLIBLINEAR_SHIM_H
#define CLIBLINEAR_SHIM_H

// The trainer of linear models (Debian: liblinear-dev); other systems keep its header in a folder.
#if __has_include(<linear.h>)
#include <linear.h>
#else
#include <liblinear/linear.h>
#endif

#endif
