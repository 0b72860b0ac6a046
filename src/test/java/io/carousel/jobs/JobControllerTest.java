package io.carousel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.WorkersFactory;
import io.carousel.http.HttpSlice;
import io.carousel.http.ProblemException;
import io.carousel.jobs.run.JobEngine;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.reports.ReportViews;
import io.carousel.reports.ReportsFixture;
import io.carousel.reports.TrainingReports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(controllers = {JobController.class, JobReportsController.class})
@HttpSlice
@EnableConfigurationProperties(JobSettings.class)
@Import({JobStore.class, EventStreams.class, JobControllerTest.Engine.class})
class JobControllerTest {

  static class Engine {
    @Bean
    JobEngine engine() {
      return new JobEngine(Kernels.of(Backend.SCALAR), new WorkersFactory(3));
    }

    @Bean
    TrainingReports reports() {
      return new ReportsFixture().reports;
    }
  }

  @TempDir private static Path directory;

  @Autowired private MockMvcTester mvc;
  @Autowired private JobStore store;
  @MockitoBean private JobService jobs;
  @MockitoBean private ReportViews views;

  private TrainingJob job;

  @BeforeEach
  void plan() {
    try (JobsFixture fixture = new JobsFixture(directory, JobsFixture.settings(2, 2), null)) {
      JobPlanner.Plan plan = fixture.planner.plan(JobsFixture.request(JobsFixture.REQUEST));
      job =
          TrainingJob.create("job-0a", 1, plan.specification(), plan.data(), 16)
              .queued()
              .failed(new JobError("interrupted", "stopped", null));
    }
    given(jobs.get("job-0a")).willReturn(job);
    given(jobs.get("job-none")).willThrow(ProblemException.notFound("training job", "job-none"));
  }

  private MvcTestResult post(String path, String body) {
    return mvc.post().uri(path).contentType(MediaType.APPLICATION_JSON).content(body).exchange();
  }

  @Test
  void create_ourName_is202WithLocation() {
    given(jobs.create(any())).willReturn(job);
    MvcTestResult result = post("/v1/training/jobs", JobsFixture.REQUEST);
    assertThat(result).hasStatus(202);
    assertThat(result).headers().hasValue("Location", "/v1/training/jobs/job-0a");
    assertThat(result).bodyJson().extractingPath("$.threads").isEqualTo(3);
  }

  @Test
  void create_openAisName_is200() {
    given(jobs.create(any())).willReturn(job);
    assertThat(post("/v1/fine_tuning/jobs", JobsFixture.REQUEST)).hasStatusOk();
  }

  @Test
  void create_unknownField_is400WithItsName() {
    MvcTestResult result =
        post("/v1/training/jobs", "{\"training\": {\"epoch\": 3}, \"training_file\": \"file-1\"}");
    assertThat(result).hasStatus(400);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo("training.epoch");
  }

  @Test
  void create_queueFull_is429WithRetryAfter() {
    given(jobs.create(any())).willThrow(ProblemException.tooMany("queue_full", "full"));
    MvcTestResult result = post("/v1/training/jobs", JobsFixture.REQUEST);
    assertThat(result).hasStatus(429);
    assertThat(result).headers().containsHeader("Retry-After");
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo("queue_full");
  }

  @Test
  void create_whereJsonIsNotAccepted_is406AndCreatesNothing() {
    assertThat(
            mvc.post()
                .uri("/v1/training/jobs")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_XML)
                .content(JobsFixture.REQUEST))
        .hasStatus(406)
        .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    then(jobs).should(never()).create(any());
  }

  @Test
  void get_fieldsWithoutValue_areNullAndNotAbsent() {
    MvcTestResult result = mvc.get().uri("/v1/fine_tuning/jobs/job-0a").exchange();
    assertThat(result).hasStatusOk();
    for (String path :
        List.of(
            "fine_tuned_model",
            "trained_tokens",
            "training_file",
            "validation_file",
            "estimated_finish",
            "progress.total_steps",
            "metrics.top_1_accuracy",
            "metrics.top_k_accuracy",
            "metrics.bits_per_character")) {
      assertThat(result).bodyJson().hasPath("$." + path);
      assertThat(result).bodyJson().extractingPath("$." + path).isNull();
    }
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo("interrupted");
    assertThat(result).bodyJson().extractingPath("$.status").isEqualTo("failed");
    assertThat(result).bodyJson().extractingPath("$.organization_id").isEqualTo("carousel");
    assertThat(result)
        .bodyJson()
        .extractingPath("$.training.gradient_clipping.type")
        .isEqualTo("global_norm");
  }

  @Test
  void get_unknown_is404() {
    assertThat(mvc.get().uri("/v1/training/jobs/job-none")).hasStatus(404);
  }

  @Test
  void list_metadataAndStatus_areHandedOn() {
    given(jobs.list(JobStatus.FAILED, Map.of("team", "a"))).willReturn(List.of(job));
    given(jobs.list(isNull(), any())).willReturn(List.of());
    MvcTestResult result =
        mvc.get()
            .uri("/v1/training/jobs?status=failed&{key}=a&limit=5", "metadata[team]")
            .exchange();
    assertThat(result).bodyJson().extractingPath("$.data[0].id").isEqualTo("job-0a");
    assertThat(result).bodyJson().extractingPath("$.has_more").isEqualTo(false);
  }

  @Test
  void list_unknownStatus_is400() {
    assertThat(mvc.get().uri("/v1/training/jobs?status=done")).hasStatus(400);
  }

  @Test
  void events_list_isNewestFirstAndPages() {
    MvcTestResult result = mvc.get().uri("/v1/training/jobs/job-0a/events?limit=1").exchange();
    assertThat(result).bodyJson().extractingPath("$.data[0].id").isEqualTo("event-0a-3");
    assertThat(result).bodyJson().extractingPath("$.data[0].level").isEqualTo("error");
    assertThat(result).bodyJson().extractingPath("$.has_more").isEqualTo(true);
  }

  @Test
  void events_stream_hasIdsAndResumes() {
    store.add(job);
    MvcTestResult result =
        mvc.get()
            .uri("/v1/training/jobs/job-0a/events")
            .accept(MediaType.TEXT_EVENT_STREAM)
            .header("Last-Event-ID", "event-0a-2")
            .exchange(java.time.Duration.ofSeconds(20));
    assertThat(result)
        .hasStatusOk()
        .hasContentTypeCompatibleWith("text/event-stream")
        .hasHeader("X-Accel-Buffering", "no")
        .hasHeader("Cache-Control", "no-store");
    assertThat(result)
        .bodyText()
        .startsWith("id:event-0a-3\ndata:{\"id\":\"event-0a-3\",")
        .doesNotContain("event-0a-2");
  }

  @Test
  void events_streamOfUnknownJob_is404InJson() {
    assertThat(
            mvc.get().uri("/v1/training/jobs/job-none/events").accept(MediaType.TEXT_EVENT_STREAM))
        .hasStatus(404)
        .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
  }

  @Test
  void metrics_pointsOutOfRange_is400() {
    assertThat(mvc.get().uri("/v1/training/jobs/job-0a/metrics?points=0")).hasStatus(400);
    assertThat(mvc.get().uri("/v1/training/jobs/job-0a/metrics?points=x")).hasStatus(400);
    assertThat(mvc.get().uri("/v1/training/jobs/job-0a/metrics"))
        .bodyJson()
        .extractingPath("$.recorded_every")
        .isEqualTo(1);
  }

  @Test
  void reports_noneMade_isAnEmptyPageWithAnEmptySeries() {
    MvcTestResult result = mvc.get().uri("/v1/training/jobs/job-0a/gradient-reports").exchange();
    assertThat(result).hasStatusOk();
    assertThat(result).bodyJson().extractingPath("$.data").asArray().isEmpty();
    assertThat(result).bodyJson().extractingPath("$.series.steps").asArray().isEmpty();
    assertThat(mvc.get().uri("/v1/training/jobs/job-none/gradient-reports")).hasStatus(404);
  }

  @Test
  void reports_made_areNewestFirstWithPagingAndTheSeriesOldestFirst() throws Exception {
    TrainingJob watched;
    try (JobsFixture fixture = new JobsFixture(directory, JobsFixture.settings(2, 2), null)) {
      String request =
          JobsFixture.REQUEST.stripTrailing().replaceAll("}$", ", \"diagnostics\": %s}");
      String id =
          fixture
              .service
              .create(JobsFixture.request(request.formatted("{\"every_steps\": 4}")))
              .id();
      watched = fixture.await(id, JobStatus.SUCCEEDED);
    }
    given(jobs.get("job-watched")).willReturn(watched);
    String path = "/v1/fine_tuning/jobs/job-watched/gradient-reports";
    MvcTestResult first = mvc.get().uri(path + "?limit=1").exchange();
    long last = watched.progress().step();
    String newest = watched.reports().points().getLast().id();
    assertThat(first).bodyJson().extractingPath("$.object").isEqualTo("list");
    assertThat(first).bodyJson().extractingPath("$.data[0].id").isEqualTo(newest);
    assertThat(first).bodyJson().extractingPath("$.data[0].step").isEqualTo((int) last);
    assertThat(first).bodyJson().extractingPath("$.last_id").isEqualTo(newest);
    assertThat(first).bodyJson().extractingPath("$.has_more").isEqualTo(true);
    // The fixture's reports are not the ones that this slice looks into.
    assertThat(first).bodyJson().extractingPath("$.data[0].available").isEqualTo(false);
    assertThat(first).bodyJson().hasPath("$.data[0].layers[1].horizon.one_thousandth");
    assertThat(first).bodyJson().extractingPath("$.data[0].layers[1].state").isEqualTo("c");
    assertThat(first).bodyJson().extractingPath("$.series.steps[0]").isEqualTo(0);
    assertThat(first).bodyJson().extractingPath("$.series.steps[1]").isEqualTo(4);
    assertThat(first)
        .bodyJson()
        .extractingPath("$.series.layers[1].log10_ratio")
        .asArray()
        .hasSize(watched.reports().points().size());
    assertThat(mvc.get().uri(path + "?limit=1&after=" + newest))
        .bodyJson()
        .extractingPath("$.data[0].step")
        .isNotEqualTo((int) last);
    assertThat(mvc.get().uri(path + "?limit=0")).hasStatus(400);

    given(views.draw(any())).willAnswer(call -> call.<Callable<?>>getArgument(0).call());
    MvcTestResult tenth = mvc.get().uri(path + "?figure=horizon-tenth").exchange();
    assertThat(tenth).hasStatusOk().hasContentTypeCompatibleWith("image/svg+xml");
    assertThat(tenth).bodyText().contains("<svg", "Horizon over training", "layer 0, c");
    MvcTestResult svg = mvc.get().uri(path + "?figure=horizon").accept("image/svg+xml").exchange();
    assertThat(svg).bodyText().contains("<svg").isNotEqualTo(text(tenth));
    assertThat(mvc.get().uri(path).accept("image/svg+xml")).hasStatus(400);
    assertThat(mvc.get().uri(path + "?figure=depth"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("$.error.param")
        .isEqualTo("figure");
  }

  private static String text(MvcTestResult result) throws Exception {
    return result.getResponse().getContentAsString();
  }

  @Test
  void create_stopOnNotAList_is400() {
    assertThat(
            post(
                "/v1/training/jobs",
                "{\"training_file\": \"file-1\", \"diagnostics\": {\"stop_on\": \"NON_FINITE\"}}"))
        .hasStatus(400);
  }

  @Test
  void delete_ended_saysSo() {
    assertThat(mvc.delete().uri("/v1/training/jobs/job-0a"))
        .bodyJson()
        .extractingPath("$.deleted")
        .isEqualTo(true);
  }
}
