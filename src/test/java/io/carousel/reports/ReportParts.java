package io.carousel.reports;

import io.carousel.files.SyntheticLimits;
import io.carousel.models.ArchitectureLimits;
import io.carousel.reports.page.PageParts;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** What slice tests of reports need beside the engine, files and models. */
@EnableConfigurationProperties({
  ReportSettings.class,
  ArchitectureLimits.class,
  SyntheticLimits.class
})
@Import({
  ReportService.class,
  ReportMaker.class,
  Analysis.class,
  SubjectReader.class,
  ReportViews.class,
  ReportStore.class,
  ReportConfiguration.class,
  PageParts.class
})
public final class ReportParts {}
