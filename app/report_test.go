package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

func (d *desktop) report(t *testing.T, scope string, days int) app.ReportInfo {
	t.Helper()
	for {
		r, err := d.api.Report(scope, days)
		if err != nil {
			t.Fatal(err)
		}
		if r.Percent == 100 {
			return r
		}
	}
}

// A report follows what happens, offline it says what is here, and who may read
// it is who leads or who reads what colleagues ask.
func TestReports(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	if r := lea.report(t, "hosting", 7); r.Now.Opened != 0 || len(r.Parts) != 7 || r.Unit != "day" {
		t.Errorf("an empty desk: %+v", r)
	}
	o := elif.opens(newTicket())
	until(t, "it is counted", func() bool { r := lea.report(t, "hosting", 7); return r.Now.Opened == 1 && r.Now.Backlog == 1 })
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	jonas.writes(o.Ticket, "Have a look at this now.")
	until(t, "the first answer is counted", func() bool { return lea.report(t, "", 30).Now.First.Count == 1 })
	if err := jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "its end is counted", func() bool {
		r := lea.report(t, "hosting", 30)
		return r.Now.Solved == 1 && r.Now.Solving.Count == 1 && r.Now.Backlog == 0
	})
	lea.offline()
	for days, parts := range map[int]int{7: 7, 30: 30, 91: 13, 365: 12} {
		r := lea.report(t, "", days)
		last := r.Parts[len(r.Parts)-1]
		if len(r.Parts) != parts || last.Opened != 1 || last.Solved != 1 || r.Before != (app.ReportSum{}) {
			t.Errorf("%d days: %+v", days, r)
		}
	}
	for _, bad := range []struct {
		scope string
		days  int
	}{{"nowhere", 7}, {"hosting", 8}, {"hosting", 0}, {strings.Repeat("x", 1000), 30}} {
		if _, err := lea.api.Report(bad.scope, bad.days); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := jonas.api.Report("hosting", 7); !errors.Is(err, desk.ErrDenied) {
		t.Errorf("an engineer: %v", err)
	}
	if _, err := elif.api.Report("hosting", 7); !errors.Is(err, desk.ErrInvalid) && !errors.Is(err, desk.ErrDenied) {
		t.Errorf("a customer reads a department: %v", err)
	}
}

// Whatever stands in a cell, no spreadsheet takes it for a formula, and it is
// read back as it was.
func TestTablesHoldNoFormulas(t *testing.T) {
	srv := runtest.NewServer(t, "")
	lea := newDesktop(t)
	lea.signIn(srv.URL, "lea")
	lea.shell.dest = filepath.Join(t.TempDir(), "out.csv")
	hostile := []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u202e", `"=1"`, "'=1", "＝1", "|calc", "=HYPERLINK(\"http://x\")",
		"plain, with a comma", "two\nlines", `quoted "word"`, "", "12", "Überfälle 文字", "a=b", "\x00=1", string([]byte{0xff, '=', '1'}),
	}
	if name, err := lea.api.SaveTable("Mail / DNS: =x", [][]string{{"a", "b"}, hostile}); err != nil || name != "out.csv" {
		t.Fatalf("%q, %v", name, err)
	}
	b, err := os.ReadFile(lea.shell.dest)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf"))
	if !ok {
		t.Error("it does not say that it is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(rest))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != len(hostile) {
		t.Fatalf("%q, %v", rows, err)
	}
	for i, cell := range rows[1] {
		skipped := strings.TrimLeft(cell, " \u00a0\u200b\ufeff")
		if skipped != "" && strings.ContainsRune("=+-@\t\r\n|＝", []rune(skipped)[0]) {
			t.Errorf("%q begins a formula", cell)
		}
		if i < 17 && !strings.HasPrefix(cell, "'") && hostile[i] != "\u202e" {
			t.Errorf("%q went as %q", hostile[i], cell)
		}
	}
	if rows[1][17] != hostile[17] || rows[1][21] != "12" || rows[1][23] != "a=b" {
		t.Errorf("what is harmless was changed: %q", rows[1])
	}
	if _, err := lea.api.SaveTable("x", make([][]string, 3000)); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("too large: %v", err)
	}
}

func TestPicturesAreSavedOnlyIfTheyAre(t *testing.T) {
	srv := runtest.NewServer(t, "")
	lea := newDesktop(t)
	lea.signIn(srv.URL, "lea")
	lea.shell.dest = filepath.Join(t.TempDir(), "out.png")
	for _, bad := range []string{"", "not base64!", base64.StdEncoding.EncodeToString([]byte("<svg onload=alert(1)>"))} {
		if _, err := lea.api.SavePicture("x", bad); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if _, err := os.Stat(lea.shell.dest); err == nil {
		t.Error("what is no picture was saved")
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	if name, err := lea.api.SavePicture("Opened and solved", base64.StdEncoding.EncodeToString(b.Bytes())); err != nil || name != "out.png" {
		t.Fatalf("%q, %v", name, err)
	}
	if got, err := os.ReadFile(lea.shell.dest); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	lea.shell.dest = filepath.Join(t.TempDir(), "no", "such", "folder.png")
	if _, err := lea.api.SavePicture("x", base64.StdEncoding.EncodeToString(b.Bytes())); err == nil {
		t.Error("saved nowhere")
	}
}
