package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

const sample = "../../../build/sample/"

// docketd runs a command line as a person would, with stdin.
func docketd(t *testing.T, stdin string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = execute(t.Context(), args, console{strings.NewReader(stdin), &o, &e})
	return status, o.String(), e.String()
}

// must runs a command line that has to succeed.
func must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	status, out, errs := docketd(t, stdin, args...)
	if status != 0 {
		t.Fatalf("docketd %v: status %d\n%s%s", args, status, out, errs)
	}
	return out
}

// refused runs a command line that has to fail with words in its complaint.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	status, _, errs := docketd(t, "", args...)
	if status == 0 || !strings.Contains(errs, want) || strings.Contains(errs, "goroutine") {
		t.Errorf("docketd %v: status %d, %q; want %q", args, status, errs, want)
	}
}

// filled is a data folder with the sample desk and its year, made once.
var filled = sync.OnceValues(func() (string, error) {
	data, err := os.MkdirTemp("", "docketd-test-")
	filledIn = data
	for _, args := range [][]string{{"apply", "--data", data, sample + "desk.yaml"}, {"import", "--data", data, sample + "conversations.jsonl"}} {
		var said bytes.Buffer
		if status := execute(context.Background(), args, console{strings.NewReader(""), &said, &said}); err == nil && status != 0 {
			err = fmt.Errorf("docketd %v: %s", args, &said)
		}
	}
	return data, err
})

var filledIn string

func TestMain(m *testing.M) {
	status := m.Run()
	if filledIn != "" {
		_ = os.RemoveAll(filledIn)
	}
	os.Exit(status)
}

// sampleDesk copies the filled folder for a test of its own.
func sampleDesk(t *testing.T) string {
	t.Helper()
	from, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestApplySample(t *testing.T) {
	data := t.TempDir()
	dry := must(t, "", "apply", "--data", data, "--dry-run", sample+"desk.yaml")
	if !strings.Contains(dry, "add department care") || !strings.Contains(dry, "Nothing was changed") {
		t.Errorf("dry run said\n%s", dry)
	}
	first := must(t, "", "apply", "--data", data, sample+"desk.yaml")
	if !strings.Contains(first, "add department care") || strings.Contains(first, "Nothing to change") {
		t.Errorf("first said\n%s", first)
	}
	if again := must(t, "", "apply", "--data", data, sample+"desk.yaml"); !strings.HasPrefix(again, "Nothing to change") {
		t.Errorf("second said\n%s", again)
	}
}

func TestApplyNamesTheLine(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "desk.yaml")
	text := "desk: {name: V}\ndepartments:\n  - {id: mail, name: Mail}\npeople:\n  - id: x\n    name: X\n    email: x@v.example\n    role: engineer\n    departments: [mial]\n"
	if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, `desk.yaml:9: there is no department "mial"`, "apply", "--data", t.TempDir(), bad)
}

// The year of the sample desk is imported whole, in every state there is.
func TestImportSample(t *testing.T) {
	data := t.TempDir()
	must(t, "", "apply", "--data", data, sample+"desk.yaml")
	out := must(t, "", "import", "--data", data, sample+"conversations.jsonl")
	if !strings.Contains(out, " 0 skipped; 0 people new") {
		t.Errorf("import said %q", out)
	}
	if out := must(t, "", "import", "--data", data, sample+"conversations.jsonl"); !strings.HasPrefix(out, "0 conversations added") {
		t.Errorf("second import said %q", out)
	}
	l, err := run.Open(t.Context(), run.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	states := map[desk.Status]int{}
	priorities := map[desk.Priority]int{}
	var oldest time.Time
	err = l.View(t.Context(), func(tx *ledger.Tx) error {
		for _, d := range []desk.LaneID{"care", "mail", "servers", "billing", "domains"} {
			p, err := tx.Page("s/dept/"+d, "", 64<<20, "tomas", "")
			if err != nil {
				return err
			}
			for _, it := range p.Items {
				var h desk.Ticket
				if err := wire.Unmarshal(it.Head, &h); err != nil {
					return err
				}
				states[h.Status]++
				priorities[h.Priority]++
				if oldest.IsZero() || h.Created.Before(oldest) {
					oldest = h.Created
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, s := range []desk.Status{desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed} {
		if states[s] == 0 {
			t.Errorf("nothing is %s: %v", s, states)
		}
		total += states[s]
	}
	if total < 150 || len(priorities) < 3 || time.Since(oldest) < 330*24*time.Hour {
		t.Errorf("%d conversations, priorities %v, oldest %s", total, priorities, oldest)
	}
}

func TestImportArticles(t *testing.T) {
	data := t.TempDir()
	must(t, "", "apply", "--data", data, sample+"desk.yaml")
	if out := must(t, "", "article", "import", "--data", data, sample+"articles"); out != "7 articles new, 0 changed, 0 as they were, in 3 sections.\n" {
		t.Errorf("import said %q", out)
	}
	if out := must(t, "", "article", "import", "--data", data, sample+"articles"); out != "0 articles new, 0 changed, 7 as they were, in 3 sections.\n" {
		t.Errorf("second import said %q", out)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte("---\ntitle: x\nsection: none\n---\nx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "a.md:3: There is no such section.", "article", "import", "--data", data, dir)
}

func TestPerson(t *testing.T) {
	data := t.TempDir()
	must(t, "", "apply", "--data", data, sample+"desk.yaml")
	if out := must(t, "a long enough one\n", "person", "password", "--data", data, "elif"); !strings.Contains(out, "Elif Aydın can sign in") {
		t.Errorf("got %q", out)
	}
	must(t, "a long enough one\n", "person", "add-password", "--data", data, "ELIF@papierladen-nord.example")
	refused(t, "No password was given", "person", "password", "--data", data, "elif")
	refused(t, `no person "nobody"`, "person", "devices", "--data", data, "nobody")
	refused(t, "is not signed in there", "person", "signout", "--data", data, "elif")
	if status, _, errs := docketd(t, "short\n", "person", "password", "--data", data, "elif"); status == 0 || !strings.Contains(errs, "needs at least") {
		t.Errorf("short password: %d, %q", status, errs)
	}
	if code := strings.TrimSpace(must(t, "", "person", "invite", "--data", data, "jonas")); len(code) < 40 {
		t.Errorf("got code %q", code)
	}
	must(t, "", "person", "disable", "--data", data, "mert")
	if out := must(t, "", "person", "disable", "--data", data, "mert"); !strings.Contains(out, "already") {
		t.Errorf("got %q", out)
	}
	must(t, "", "person", "enable", "--data", data, "mert")

	if out := must(t, "", "person", "merge", "--data", data, "mert", "ELIF@papierladen-nord.example"); !strings.Contains(out, "(mert) goes on as Elif Aydın (elif)") {
		t.Errorf("got %q", out)
	}
	refused(t, "is both of them", "person", "merge", "--data", data, "elif", "elif")
	refused(t, "goes on as elif already", "person", "merge", "--data", data, "mert", "elif")
	refused(t, `no person "nobody"`, "person", "merge", "--data", data, "elif", "nobody")
	if out := must(t, "", "apply", "--data", data, sample+"desk.yaml"); strings.Contains(out, "mert") || strings.Contains(out, "elif") {
		t.Errorf("applying it again: %q", out)
	}
	must(t, "", "person", "unmerge", "--data", data, "mert")
	refused(t, "was merged into anybody", "person", "unmerge", "--data", data, "mert")
}

func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	data, backup, other := sampleDesk(t), filepath.Join(dir, "backup"), filepath.Join(dir, "other")
	if out := must(t, "", "backup", "--data", data, backup); !strings.Contains(out, "was read back and is whole") {
		t.Errorf("got %q", out)
	}
	refused(t, "is there already", "backup", "--data", data, backup)
	refused(t, "There is a desk", "restore", "--data", data, backup)
	must(t, "", "restore", "--data", other, backup)
	if out := must(t, "", "import", "--data", other, sample+"conversations.jsonl"); !strings.HasPrefix(out, "0 conversations added") {
		t.Errorf("the restored desk does not know what was imported: %q", out)
	}
	if err := os.Remove(filepath.Join(backup, backupNote)); err != nil {
		t.Fatal(err)
	}
	refused(t, "is no whole backup", "restore", "--data", filepath.Join(dir, "third"), backup)
}

// TestAttachmentsInABucket has a desk whose files are in a bucket backed up, and
// restored into another bucket.
func TestAttachmentsInABucket(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string {
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		return "file://" + folder + "?no_tmp_dir=true"
	}
	bucket, second := at("bucket"), at("second")
	data, backup := filepath.Join(dir, "data"), filepath.Join(dir, "backup")
	must(t, "", "apply", "--data", data, sample+"desk.yaml")
	must(t, "", "import", "--data", data, "--attachments", bucket, sample+"conversations.jsonl")
	files := func(below string) (n int) {
		_ = filepath.WalkDir(filepath.Join(dir, below), func(_ string, e os.DirEntry, err error) error {
			if err == nil && desk.BlobHash(e.Name()).ValidHash() {
				n++
			}
			return err
		})
		return n
	}
	want := files("bucket")
	if want == 0 || files("data") != 0 {
		t.Fatalf("%d files in the bucket, %d in the folder", want, files("data"))
	}
	must(t, "", "backup", "--data", data, "--attachments", bucket, backup)
	must(t, "", "restore", "--data", filepath.Join(dir, "other"), "--attachments", second, backup)
	if got := files("second"); got != want {
		t.Errorf("%d files came back, want %d", got, want)
	}
	refused(t, "is no bucket's", "serve", "--data", data, "--attachments", "nowhere")
}

// A file whose bytes have changed on the disk is not copied in silence.
func TestBackupNoticesADamagedFile(t *testing.T) {
	dir := t.TempDir()
	data := sampleDesk(t)
	var victim string
	err := filepath.WalkDir(filepath.Join(data, "files"), func(path string, e os.DirEntry, err error) error {
		if err == nil && desk.BlobHash(e.Name()).ValidHash() {
			victim = path
		}
		return err
	})
	if err != nil || victim == "" {
		t.Fatalf("no file in the sample: %v", err)
	}
	if err := os.Chmod(victim, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(victim, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "is not as it was written", "backup", "--data", data, filepath.Join(dir, "backup"))
}

func TestServeAndTap(t *testing.T) {
	data := sampleDesk(t)
	must(t, "a long enough one\n", "person", "password", "--data", data, "elif")
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int)
	go func() {
		status := execute(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--private", ""}, console{nil, w, io.Discard})
		w.Close()
		done <- status
	}()
	var url string
	if _, err := fmt.Fscanf(r, "docketd %s serves "+data+" at %s\n", new(string), &url); err != nil {
		t.Fatalf("serve said nothing of where: %v", err)
	}
	tapCtx, enough := context.WithCancel(t.Context())
	out := &until{want: []byte(`"type":"page"`), met: enough}
	status := execute(tapCtx, []string{"tap", "--server", url, "--person", "elif"}, console{strings.NewReader("a long enough one\n"), out, io.Discard})
	if status != 0 {
		t.Errorf("tap ended with %d", status)
	}
	stop()
	if status := <-done; status != 0 {
		t.Errorf("serve ended with %d", status)
	}
	for _, l := range bytes.Split(bytes.TrimSpace(out.b.Bytes()), []byte("\n")) {
		var line struct{ From, Type string }
		if err := json.Unmarshal(l, &line); err != nil || line.From == "" || line.Type == "" {
			t.Errorf("no JSON of a frame: %.80s", l)
		}
	}
	if bytes.Contains(out.b.Bytes(), []byte("Ours, not theirs")) {
		t.Error("a customer was sent a note")
	}
}

// until collects what is written and calls met when it has seen want.
type until struct {
	b    bytes.Buffer
	want []byte
	met  func()
}

// Write implements io.Writer.
func (u *until) Write(p []byte) (int, error) {
	n, err := u.b.Write(p)
	if bytes.Contains(p, u.want) {
		u.met()
	}
	return n, err
}

func TestTapOfACapture(t *testing.T) {
	b, err := wire.EncodeFrame(wire.Look{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "frames")
	if err := os.WriteFile(file, fmt.Appendf(nil, "# a comment\n%x\n", b), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "", "tap", file); !strings.Contains(out, `"from":"client"`) || !strings.Contains(out, `"type":"look"`) {
		t.Errorf("got %q", out)
	}
	if err := os.WriteFile(file, []byte("zz\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "Line 1 is neither hex nor base64", "tap", file)
	refused(t, "nothing to listen to", "tap")
}

func TestServeRefuses(t *testing.T) {
	data := t.TempDir()
	refused(t, "--plain-http", "serve", "--data", data, "--listen", "0.0.0.0:0", "--private", "")
	refused(t, "needs its key", "serve", "--data", data, "--listen", "127.0.0.1:0", "--private", "", "--tls-cert", "x.pem")
}

func TestUsage(t *testing.T) {
	if status, _, errs := docketd(t, "", "fly"); status != 2 || !strings.Contains(errs, "docketd --help") {
		t.Errorf("got %d, %q", status, errs)
	}
}
