package io.carousel.reports.page;

import org.springframework.context.annotation.Import;

/** What slice tests need of this package. */
@Import({PageFrame.class, ReportPage.class, ComparisonPage.class})
public final class PageParts {}
