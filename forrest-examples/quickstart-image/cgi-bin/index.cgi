#!/bin/sh
answer="demo/myapp in container $(hostname)"
# The length, so that a balancer can keep its client's connection; and httpd closes its own without saying so.
printf 'Content-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' $((${#answer} + 1)) "$answer"
