// A client of the intake with Go's own HTTP and multipart packages.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"regexp"
	"strings"
	"time"
)

var (
	url     = os.Getenv("INTEROP_URL")
	token   = os.Getenv("INTEROP_TOKEN")
	staff   = os.Getenv("INTEROP_STAFF_TOKEN")
	revoked = os.Getenv("INTEROP_REVOKED_TOKEN")
	expired = os.Getenv("INTEROP_EXPIRED_TOKEN")
	link    = regexp.MustCompile(`^<(/v1/submissions/(SUB-[a-z2-7]{18}))>; rel="monitor"$`)
	client  = &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{ExpectContinueTimeout: 5 * time.Second},
	}
)

const (
	plain      = "about:blank"
	validation = "tag:akrites.dev,2026-07:problem/validation"
	malformed  = "tag:akrites.dev,2026-07:problem/malformed-json"
)

type object = map[string]any

type answer struct {
	status int
	header http.Header
	body   []byte
}

// skipped says why a case says nothing with this client.
type skipped string

func (s skipped) Error() string { return string(s) }

func fail(form string, values ...any) { panic(fmt.Errorf(form, values...)) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func send(method, path string, header object, body io.Reader) answer {
	request := must(http.NewRequest(method, url+path, body))
	for name, value := range header {
		request.Header.Set(name, value.(string))
	}
	got := must(client.Do(request))
	defer got.Body.Close()
	return answer{got.StatusCode, got.Header, must(io.ReadAll(got.Body))}
}

func (a answer) object() object {
	told := object{}
	if err := json.Unmarshal(a.body, &told); err != nil {
		fail("%d is not JSON: %.200s", a.status, a.body)
	}
	return told
}

func report(more object) []byte {
	told := object{"purl": "pkg:golang/example.org/interop@v1.0.0", "enrichment": object{"cwe": "CWE-787"}}
	for name, value := range more {
		told[name] = value
	}
	return must(json.Marshal(told))
}

func attachment(data string) object {
	return object{"attachments": []object{{
		"filename": "crash", "content_type": "application/octet-stream", "type": "reproducer", "data": data,
	}}}
}

func post(body io.Reader, more object) answer {
	header := object{"Content-Type": "application/json", "Authorization": "Bearer " + token}
	for name, value := range more {
		header[name] = value
	}
	return send("POST", "/v1/reports", header, body)
}

func postJSON(body []byte, more object) answer { return post(bytes.NewReader(body), more) }

func (a answer) accepted() string {
	found := link.FindStringSubmatch(a.header.Get("Link"))
	if a.status != 202 || found == nil || a.object()["receipt"] != found[2] {
		fail("%d %s %.300s", a.status, a.header.Get("Link"), a.body)
	}
	return found[1]
}

func (a answer) problem(status int, kind string) object {
	if a.status != status {
		fail("%d instead of %d: %.300s", a.status, status, a.body)
	}
	told := a.object()
	if a.header.Get("Content-Type") != "application/problem+json" || told["type"] != kind ||
		told["status"] != float64(status) || told["title"] == "" || told["detail"] == "" {
		fail("no such problem: %.300s", a.body)
	}
	return told
}

func first(told object, name string) any { return told["errors"].([]any)[0].(object)[name] }

func part(to *multipart.Writer, disposition, kind string, data []byte) {
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", "attachment; "+disposition)
	header.Set("Content-Type", kind)
	must(must(to.CreatePart(header)).Write(data))
}

func everyByte() []byte {
	bytes := make([]byte, 256)
	for at := range bytes {
		bytes[at] = byte(at)
	}
	return bytes
}

func multipartOf(name string) {
	body := &bytes.Buffer{}
	writer := multipart.NewWriter(body)
	part(writer, `name="report"`, "application/json", report(nil))
	part(writer, `name="attachment"; filename="`+name+`"`, "application/octet-stream", everyByte())
	must(0, writer.Close())
	post(body, object{"Content-Type": "multipart/mixed; boundary=" + writer.Boundary()}).accepted()
}

func wrapped() string {
	text := base64.StdEncoding.EncodeToString(bytes.Repeat(everyByte(), 4))
	lines := []string{}
	for ; len(text) > 76; text = text[76:] {
		lines = append(lines, text[:76])
	}
	return strings.Join(append(lines, text), "\r\n")
}

func tokenRefused() {
	bodies := map[string]bool{}
	for _, one := range []string{"tap_v1_unknown", revoked, expired} {
		got := postJSON(report(nil), object{"Authorization": "Bearer " + one})
		got.problem(401, plain)
		bodies[string(got.body)] = true
	}
	if len(bodies) != 1 {
		fail("%v", bodies)
	}
}

func wrongMethod() {
	got := send("PATCH", "/v1/reports", object{"Authorization": "Bearer " + token}, nil)
	got.problem(405, plain)
	if !strings.Contains(got.header.Get("Allow"), "POST") {
		fail("Allow: %s", got.header.Get("Allow"))
	}
}

func head() {
	path := postJSON(report(nil), nil).accepted()
	got := send("HEAD", path, nil, nil)
	if got.status != 200 || len(got.body) > 0 || got.header.Get("Content-Length") == "" {
		fail("%d %v", got.status, got.header)
	}
}

func pollUntilDone() {
	path := postJSON(report(nil), nil).accepted()
	for pause := 200 * time.Millisecond; pause < 20*time.Second; pause = pause * 5 / 4 {
		if send("GET", path, nil, nil).object()["status"] == "done" {
			return
		}
		time.Sleep(pause)
	}
	fail("not done")
}

func richerStatus() {
	path := postJSON(report(nil), nil).accepted()
	told := send("GET", path, object{"Authorization": "Bearer " + token}, nil).object()
	if told["outcome"] == nil || told["next"] == nil {
		fail("%v", told)
	}
}

func unknownReceipt() {
	path := postJSON(report(nil), nil).accepted()
	send("GET", path[:len(path)-18]+"aaaaaaaaaaaaaaaaaa", nil, nil).problem(404, plain)
	send("GET", path+"x", nil, nil).problem(404, plain)
}

func idempotency() {
	key := object{"Idempotency-Key": fmt.Sprint("go-", time.Now().UnixNano())}
	one, two := postJSON(report(nil), key), postJSON(report(nil), key)
	if one.accepted() != two.accepted() || !bytes.Equal(one.body, two.body) {
		fail("%s is not %s", one.body, two.body)
	}
	if other := postJSON(report(object{"versions": []string{"9"}}), key); other.status != 422 {
		fail("%d", other.status)
	}
}

func expectContinue() {
	expect := object{"Expect": "100-continue"}
	postJSON(report(nil), expect).accepted()
	expect["Authorization"] = "Bearer tap_v1_unknown"
	postJSON(report(nil), expect).problem(401, plain)
}

func keepAlive() {
	reused := 0
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if got.Reused {
			reused++
		}
	}}
	for range 4 {
		request := must(http.NewRequest("GET", url+"/healthz", nil))
		request = request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
		got := must(client.Do(request))
		must(io.Copy(io.Discard, got.Body))
		got.Body.Close()
	}
	if reused < 3 {
		fail("%d of 3 reused", reused)
	}
}

func problems() {
	postJSON([]byte(`{"purl":1}`), nil).problem(400, malformed)
	told := postJSON(report(object{"notify": "final"}), nil).problem(400, validation)
	if first(told, "field") != "email" {
		fail("%v", told)
	}
	got := send("GET", "/v1/jobs?a~b%2Fc=1", object{"Authorization": "Bearer " + staff}, nil)
	if told := got.problem(422, "urn:parley:problem:invalid"); first(told, "pointer") != "/a~0b~1c" {
		fail("%v", told)
	}
}

func bulk(kind string, pack func([]byte) []byte) {
	name := fmt.Sprintf("go-%d.ndjson", time.Now().UnixNano())
	lines := [][]byte{}
	for n := range 3 {
		lines = append(lines, report(object{"code_path": fmt.Sprint(name, n)}))
	}
	header := object{"Authorization": "Bearer " + token, "Content-Type": kind}
	body := bytes.NewReader(pack(bytes.Join(lines, []byte("\n"))))
	got := send("POST", "/v1/reports/bulk?name="+name, header, body)
	if got.status == 404 || got.status == 405 {
		panic(skipped("pending: there is no bulk endpoint"))
	}
	if got.status != 202 {
		fail("%d %.300s", got.status, got.body)
	}
	delete(header, "Content-Type")
	var told object
	for range 120 {
		told = send("GET", got.header.Get("Location"), header, nil).object()
		if told["state"] == "placed" || told["state"] == "refused" {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	if told["state"] != "placed" || told["counts"].(object)["reports"] != float64(3) {
		fail("%v", told)
	}
}

func packed(raw []byte) []byte {
	body := &bytes.Buffer{}
	writer := gzip.NewWriter(body)
	must(writer.Write(raw))
	must(0, writer.Close())
	return body.Bytes()
}

type namedCase struct {
	name string
	run  func()
}

var cases = []namedCase{
	{"json", func() {
		path := postJSON(report(attachment("AAEC/w==")), nil).accepted()
		if got := send("GET", path, nil, nil); got.status != 200 {
			fail("the link gives %d", got.status)
		}
	}},
	{"multipart-library", func() { multipartOf("crash") }},
	{"multipart-binary", func() { multipartOf("crash é") }},
	{"wrapped-base64", func() { postJSON(report(attachment(wrapped())), nil).accepted() }},
	{"legacy-header", func() {
		header := object{"Content-Type": "application/json", "TAP-SUBMISSION-TOKEN": token}
		send("POST", "/v1/reports", header, bytes.NewReader(report(nil))).accepted()
	}},
	{"headers-differ", func() { postJSON(report(nil), object{"TAP-SUBMISSION-TOKEN": revoked}).problem(400, plain) }},
	{"token-refused", tokenRefused},
	{"wrong-type", func() { postJSON(report(nil), object{"Content-Type": "text/csv"}).problem(415, plain) }},
	{"body-too-large", func() { postJSON(bytes.Repeat([]byte(" "), 3<<20+1), nil).problem(413, plain) }},
	{"field-too-large", func() {
		told := postJSON(report(attachment(strings.Repeat("A", 1<<20+4))), nil).problem(413, validation)
		if first(told, "code") != "field_too_large" {
			fail("%v", told)
		}
	}},
	{"wrong-method", wrongMethod},
	{"head", head},
	{"poll-until-done", pollUntilDone},
	{"richer-status", richerStatus},
	{"unknown-receipt", unknownReceipt},
	{"idempotency", idempotency},
	// A reader of unknown length is sent in chunks.
	{"chunked", func() { post(io.MultiReader(bytes.NewReader(report(nil))), nil).accepted() }},
	{"expect-continue", expectContinue},
	{"keep-alive", keepAlive},
	{"problem-documents", problems},
	{"bulk-ndjson", func() { bulk("application/x-ndjson", func(raw []byte) []byte { return raw }) }},
	{"bulk-gzip", func() { bulk("application/gzip", packed) }},
}

func outcome(run func()) (what string, why string) {
	defer func() {
		if found := recover(); found != nil {
			what, why = "fail", fmt.Sprint(found)
			if err, is := found.(error); is && errors.As(err, new(skipped)) {
				what = "skip"
			}
		}
	}()
	run()
	return "pass", ""
}

func main() {
	for _, one := range cases {
		what, why := outcome(one.run)
		fmt.Printf("%s\t%s\t%.300s\n", one.name, what, strings.Join(strings.Fields(why), " "))
	}
}
