/** Tests of the command line, against fakes and against a real engine and a real etcd. */
@NullMarked
package io.forrest.examples.cli;

import org.jspecify.annotations.NullMarked;
