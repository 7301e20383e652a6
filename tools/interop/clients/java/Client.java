import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * A client of the intake with the HTTP client of Java, which knows neither JSON nor multipart. It
 * asks for HTTP/2 by an upgrade of its first requests, which a server may ignore.
 */
class Client {
  static final String URL = System.getenv("INTEROP_URL");
  static final String TOKEN = System.getenv("INTEROP_TOKEN");
  static final String STAFF = System.getenv("INTEROP_STAFF_TOKEN");
  static final String REVOKED = System.getenv("INTEROP_REVOKED_TOKEN");
  static final String EXPIRED = System.getenv("INTEROP_EXPIRED_TOKEN");
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final Pattern LINK =
      Pattern.compile("<(/v1/submissions/(SUB-[a-z2-7]{18}))>; rel=\"monitor\"");
  static final String VALIDATION = "tag:akrites.dev,2026-07:problem/validation";
  static final String MALFORMED = "tag:akrites.dev,2026-07:problem/malformed-json";

  static class Skip extends RuntimeException {
    Skip(String why) {
      super(why);
    }
  }

  interface Case {
    void run() throws Exception;
  }

  static void check(boolean holds, Object said) {
    if (!holds) throw new AssertionError(said);
  }

  static BodyPublisher text(String body) {
    return BodyPublishers.ofString(body);
  }

  static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(URL + path)).timeout(Duration.ofSeconds(30));
  }

  static HttpRequest.Builder submit(BodyPublisher body, String type) {
    return to("/v1/reports").header("Content-Type", type).POST(body);
  }

  static HttpRequest.Builder submit(BodyPublisher body) {
    return submit(body, "application/json").header("Authorization", "Bearer " + TOKEN);
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  static String report(String more) {
    return "{\"purl\":\"pkg:maven/org.example/interop@1.0.0\"" + more + "}";
  }

  static String attachment(String data) {
    return ",\"attachments\":[{\"filename\":\"crash\",\"content_type\":\"application/octet-stream\","
        + "\"type\":\"reproducer\",\"data\":\"" + data + "\"}]";
  }

  static String accepted(HttpResponse<String> answer) {
    check(answer.statusCode() == 202, answer.statusCode() + " " + answer.body());
    Matcher link = LINK.matcher(answer.headers().firstValue("link").orElse(""));
    check(link.matches(), answer.headers());
    check(answer.body().contains("\"receipt\":\"" + link.group(2) + "\""), answer.body());
    return link.group(1);
  }

  static void problem(HttpResponse<String> answer, int status, String... parts) {
    check(answer.statusCode() == status, answer.statusCode() + " " + answer.body());
    String type = answer.headers().firstValue("content-type").orElse("");
    check(type.equals("application/problem+json"), type);
    check(answer.body().contains("\"status\":" + status), answer.body());
    for (String part : parts) check(answer.body().contains(part), answer.body());
  }

  static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int at = 0; at < bytes.length; at++) bytes[at] = (byte) at;
    return bytes;
  }

  static void multipart() throws Exception {
    String boundary = UUID.randomUUID().toString();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String part = "--" + boundary + "\r\nContent-Disposition: attachment; name=";
    String octets = "\r\nContent-Type: application/octet-stream\r\n\r\n";
    body.write((part + "\"report\"\r\nContent-Type: application/json\r\n\r\n" + report("")
        + "\r\n" + part + "\"attachment\"; filename=\"crash é\"" + octets)
        .getBytes(StandardCharsets.UTF_8));
    body.write(everyByte());
    body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    String type = "multipart/mixed; boundary=" + boundary;
    BodyPublisher bytes = BodyPublishers.ofByteArray(body.toByteArray());
    accepted(send(submit(bytes, type).header("Authorization", "Bearer " + TOKEN)));
  }

  static void tokenRefused() throws Exception {
    Set<String> bodies = new HashSet<>();
    for (String token : new String[] {"tap_v1_unknown", REVOKED, EXPIRED}) {
      var answer = send(submit(text(report("")), "application/json")
          .header("Authorization", "Bearer " + token));
      problem(answer, 401, "about:blank");
      bodies.add(answer.body());
    }
    check(bodies.size() == 1, bodies);
  }

  static void tooLarge() throws Exception {
    problem(send(submit(text(report(" ".repeat(3 << 20))))), 413, "about:blank");
  }

  static void head() throws Exception {
    String path = accepted(send(submit(text(report("")))));
    var answer = send(to(path).method("HEAD", BodyPublishers.noBody()));
    check(answer.statusCode() == 200 && answer.body().isEmpty(), answer);
  }

  static void pollUntilDone() throws Exception {
    String path = accepted(send(submit(text(report("")))));
    for (int pause = 200; pause < 20_000; pause = pause * 5 / 4) {
      if (send(to(path)).body().contains("\"status\":\"done\"")) return;
      Thread.sleep(pause);
    }
    check(false, "not done");
  }

  static void unknownReceipt() throws Exception {
    String path = accepted(send(submit(text(report("")))));
    problem(send(to(path.substring(0, path.length() - 18) + "a".repeat(18))), 404);
    problem(send(to(path + "x")), 404);
  }

  static void idempotency() throws Exception {
    String key = UUID.randomUUID().toString();
    var one = send(submit(text(report(""))).header("Idempotency-Key", key));
    var two = send(submit(text(report(""))).header("Idempotency-Key", key));
    check(accepted(one).equals(accepted(two)) && one.body().equals(two.body()), two.body());
    String other = report(",\"versions\":[\"9\"]");
    var refused = send(submit(text(other)).header("Idempotency-Key", key));
    check(refused.statusCode() == 422, refused.statusCode());
  }

  /** Before Java 20 this client waits for ever when a refusal comes instead of the 100. */
  static void expectContinue() throws Exception {
    accepted(send(submit(text(report(""))).expectContinue(true)));
    if (Runtime.version().feature() < 20) return;
    problem(send(submit(text(report("")), "application/json")
        .header("Authorization", "Bearer tap_v1_unknown").expectContinue(true)), 401);
  }

  static void problems() throws Exception {
    problem(send(submit(text("{\"purl\":1}"))), 400, MALFORMED, "purl");
    problem(send(submit(text(report(",\"notify\":\"final\"")))), 400, VALIDATION,
        "\"field\":\"email\"");
    var answer = send(to("/v1/jobs?a~b%2Fc=1").header("Authorization", "Bearer " + STAFF));
    problem(answer, 422, "urn:parley:problem:invalid", "\"pointer\":\"/a~0b~1c\"");
  }

  static void bulk(String type, boolean isPacked) throws Exception {
    String name = UUID.randomUUID() + ".ndjson";
    StringBuilder lines = new StringBuilder();
    for (int n = 0; n < 3; n++) {
      lines.append(report(",\"code_path\":\"" + name + n + "\"")).append("\n");
    }
    byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
    if (isPacked) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(body);
      }
      body = packed.toByteArray();
    }
    var answer = send(to("/v1/reports/bulk?name=" + name).header("Content-Type", type)
        .header("Authorization", "Bearer " + TOKEN).POST(BodyPublishers.ofByteArray(body)));
    if (answer.statusCode() == 404 || answer.statusCode() == 405) {
      throw new Skip("pending: there is no bulk endpoint");
    }
    check(answer.statusCode() == 202, answer.body());
    String told = "";
    String path = answer.headers().firstValue("location").orElseThrow();
    for (int turn = 0; turn < 120 && !told.matches(".*\"state\":\"(placed|refused)\".*"); turn++) {
      Thread.sleep(500);
      told = send(to(path).header("Authorization", "Bearer " + TOKEN)).body();
    }
    check(told.contains("\"state\":\"placed\"") && told.contains("\"reports\":3"), told);
  }

  static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("json", () -> {
      String path = accepted(send(submit(text(report(attachment("AAEC/w=="))))));
      check(send(to(path)).statusCode() == 200, "the link does not resolve");
    });
    cases.put("multipart-library", () -> {
      throw new Skip("this client writes no multipart bodies");
    });
    cases.put("multipart-binary", Client::multipart);
    cases.put("wrapped-base64", () -> {
      String data = Base64.getMimeEncoder().encodeToString(everyByte());
      accepted(send(submit(text(report(attachment(data.replace("\r\n", "\\r\\n")))))));
    });
    cases.put("legacy-header", () -> accepted(send(
        submit(text(report("")), "application/json").header("TAP-SUBMISSION-TOKEN", TOKEN))));
    cases.put("headers-differ", () -> problem(send(
        submit(text(report(""))).header("TAP-SUBMISSION-TOKEN", REVOKED)), 400, "about:blank"));
    cases.put("token-refused", Client::tokenRefused);
    cases.put("wrong-type", () -> problem(send(
        submit(text("a"), "text/csv").header("Authorization", "Bearer " + TOKEN)), 415));
    cases.put("body-too-large", Client::tooLarge);
    cases.put("field-too-large", () -> problem(send(submit(
        text(report(attachment("A".repeat((1 << 20) + 4)))))), 413, "field_too_large"));
    cases.put("wrong-method", () -> {
      var answer = send(to("/v1/reports").DELETE());
      problem(answer, 405);
      check(answer.headers().firstValue("allow").orElse("").contains("POST"), "Allow");
    });
    cases.put("head", Client::head);
    cases.put("poll-until-done", Client::pollUntilDone);
    cases.put("richer-status", () -> {
      String path = accepted(send(submit(text(report("")))));
      String told = send(to(path).header("Authorization", "Bearer " + TOKEN)).body();
      check(told.contains("\"outcome\":\"") && told.contains("\"next\":\""), told);
    });
    cases.put("unknown-receipt", Client::unknownReceipt);
    cases.put("idempotency", Client::idempotency);
    cases.put("chunked", () -> accepted(send(submit(BodyPublishers.ofInputStream(
        () -> new ByteArrayInputStream(report("").getBytes(StandardCharsets.UTF_8)))))));
    cases.put("expect-continue", Client::expectContinue);
    cases.put("keep-alive", () -> {
      throw new Skip("this client does not say which connection it used");
    });
    cases.put("problem-documents", Client::problems);
    cases.put("bulk-ndjson", () -> bulk("application/x-ndjson", false));
    cases.put("bulk-gzip", () -> bulk("application/gzip", true));
    return cases;
  }

  public static void main(String[] args) {
    cases().forEach((name, run) -> {
      String what = "pass";
      String why = "";
      try {
        run.run();
      } catch (Skip skip) {
        what = "skip";
        why = skip.getMessage();
      } catch (Throwable found) {
        what = "fail";
        why = found.toString().replaceAll("\\s+", " ");
      }
      System.out.println(name + "\t" + what + "\t" + why.substring(0, Math.min(300, why.length())));
    });
  }
}
