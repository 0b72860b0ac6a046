/** What every resource shares and calls: problems, paging, request ids, limits. */
@NullMarked
package io.carousel.http;

import org.jspecify.annotations.NullMarked;
