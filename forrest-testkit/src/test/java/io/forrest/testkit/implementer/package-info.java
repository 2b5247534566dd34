/** The fakes pass the contracts, extended from a package of its own as every implementer's are. */
@NullMarked
package io.forrest.testkit.implementer;

import org.jspecify.annotations.NullMarked;
