/** Tests of what makes load and counts failures, and of the command on real HAProxies. */
@NullMarked
package io.forrest.examples.underload;

import org.jspecify.annotations.NullMarked;
