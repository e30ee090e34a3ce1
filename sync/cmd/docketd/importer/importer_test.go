package importer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/blob"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/importer"
	"docket/sync/wire"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type store struct {
	t *testing.T
	l *ledger.Ledger
	b *blob.Store
}

// open gives a desk of two departments with Jonas of ours and Elif of theirs.
func open(t *testing.T) *store {
	t.Helper()
	l, err := ledger.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"), wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := blob.Open(t.TempDir(), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(b.Close(), l.Close()); err != nil {
			t.Error(err)
		}
	})
	err = l.Update(t.Context(), func(tx *ledger.Tx) error {
		_, err1 := tx.PutDesk(desk.Desk{Name: "V", Departments: []desk.Department{{ID: "care", Name: "Care", Triage: true}, {ID: "mail", Name: "Mail"}}})
		_, err2 := tx.PutOrg(desk.Organization{ID: "shop", Name: "Shop"})
		_, err3 := tx.PutPerson(desk.Person{ID: "jonas", Name: "Jonas", Email: "jonas@v.example", Role: desk.Engineer, Departments: []desk.DeptID{"care", "mail"}})
		_, err4 := tx.PutPerson(desk.Person{ID: "elif", Name: "Elif", Email: "elif@shop.example", Role: desk.Customer, Memberships: []desk.Membership{{Org: "shop", Access: desk.OrgComment}}})
		return errors.Join(err1, err2, err3, err4)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &store{t, l, b}
}

// run imports lines and gives the report and what was said of bad lines.
func (s *store) run(ctx context.Context, in string, opt importer.Options) (importer.Report, []string, error) {
	s.t.Helper()
	var bad []string
	opt.Bad = func(line int, reason string) { bad = append(bad, fmt.Sprintf("%d: %s", line, reason)) }
	r, err := importer.Run(ctx, s.l, s.b, strings.NewReader(in), now, opt)
	return r, bad, err
}

func (s *store) tickets() (heads []desk.Ticket, entries map[desk.TicketID][]desk.Entry) {
	s.t.Helper()
	entries = map[desk.TicketID][]desk.Entry{}
	err := s.l.View(s.t.Context(), func(tx *ledger.Tx) error {
		lane, err := tx.Page("s/dept/mail", "", 8<<20, "jonas", "")
		if err != nil {
			return err
		}
		care, err := tx.Page("s/dept/care", "", 8<<20, "jonas", "")
		if err != nil {
			return err
		}
		for _, it := range append(lane.Items, care.Items...) {
			t, err := tx.Ticket(it.Ticket)
			if err != nil {
				return err
			}
			heads = append(heads, *t)
			if entries[t.ID], err = tx.Tail(t.ID, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return heads, entries
}

const archive = `{"number":7,"subject":"How to sort","list":"r-help","created_at":"2013-06-01T10:00:00+02:00","requester":{"name":"Ann Lee","email":"ann@a.example"},"messages":[{"message_id":"<2@x>","date":"2013-06-01T09:30:00+00:00","name":"Bob","email":"bob@b.example","body":"Use sort()."},{"message_id":"<1@x>","date":"2013-06-01T10:00:00+02:00","name":"Ann Lee","email":"ann@a.example","body":"How do I sort?"},{"message_id":"<3@x>","date":"2013-06-02T10:00:00+02:00","name":"Ann Lee","email":"ann@a.example","body":"Thanks"}]}
`

func TestAnArchiveOfAList(t *testing.T) {
	s := open(t)
	r, bad, err := s.run(t.Context(), archive, importer.Options{Department: "mail", Organization: "shop"})
	if err != nil || r.Added != 1 || r.People != 2 || len(bad) != 0 {
		t.Fatalf("got %+v, %v, %v", r, bad, err)
	}
	heads, entries := s.tickets()
	h := heads[0]
	if h.Subject != "How to sort" || h.Department != "mail" || h.Status != desk.Closed || !h.Created.Equal(time.Date(2013, 6, 1, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("got head %+v", h)
	}
	var got []string
	for _, e := range entries[h.ID] {
		got = append(got, fmt.Sprintf("%s %s %s %s", e.Kind, e.AuthorName, e.At.Format("02 15:04"), e.Text))
	}
	want := []string{"opened Ann Lee 01 08:00 How do I sort?", "message Bob 01 09:30 Use sort().", "message Ann Lee 02 08:00 Thanks", "status Import 02 08:00 "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if !strings.HasPrefix(string(h.Requester), importer.ImportedPrefix) || !desk.ValidSlug(string(h.Requester)) {
		t.Errorf("the requester is %q", h.Requester)
	}
}

func TestASecondRunAddsNothing(t *testing.T) {
	s := open(t)
	for i, want := range []importer.Report{{Lines: 2, Added: 1, Known: 1, Entries: 4, People: 2}, {Lines: 2, Known: 2}} {
		if r, bad, err := s.run(t.Context(), archive+archive, importer.Options{}); r != want || err != nil || len(bad) != 0 {
			t.Errorf("run %d: got %+v, %v, %v", i+1, r, bad, err)
		}
	}
}

func TestALife(t *testing.T) {
	s := open(t)
	line := `{"key":"k","age":100,"subject":"Slow","requester":{"id":"elif"},"intended":"mail","organization":"shop","urgency":"high","messages":[
		{"body":"It is slow","files":[{"name":"log.txt","text":"slow"}]},
		{"kind":"refer","by":"jonas","to":"mail","reason":"mail","body":"tried","after":1},
		{"kind":"note","by":"jonas","body":"between us","after":1},
		{"kind":"priority","by":"jonas","to":"high"},
		{"by":"jonas","body":"Better?","after":2},
		{"by":"elif","body":"Yes","then":"solved","after":3}]}`
	r, bad, err := s.run(t.Context(), strings.ReplaceAll(line, "\n", ""), importer.Options{})
	if err != nil || r.Added != 1 {
		t.Fatalf("got %+v, %v, %v", r, bad, err)
	}
	heads, entries := s.tickets()
	h := heads[0]
	if h.Department != "mail" || h.Intended != "mail" || h.Status != desk.Solved || h.Priority != desk.PriorityHigh || h.Assignee != "jonas" || h.Urgency != desk.UrgencyHigh {
		t.Errorf("got %+v", h)
	}
	if want := now.Add(-93 * time.Hour); !h.ClosedAt.Equal(want) {
		t.Errorf("solved at %s, want %s", h.ClosedAt, want)
	}
	for _, e := range entries[h.ID] {
		c, shown := access.CustomerEntry(e)
		if e.Kind == desk.Note && (shown || e.Text != "between us") || strings.Contains(c.Text, "between us") {
			t.Errorf("the note %q is %v for customers", e.Text, shown)
		}
	}
	f := entries[h.ID][0].Files
	if len(f) != 1 || f[0].Size != 4 {
		t.Fatalf("got files %+v", f)
	}
	if _, err := s.b.Open(f[0].Hash); err != nil {
		t.Errorf("the file's bytes: %v", err)
	}
}

func TestBadLines(t *testing.T) {
	s := open(t)
	ok := `{"key":"%d","subject":"S","requester":{"id":"elif"},"messages":[{"body":"x","date":"2026-11-01T10:00:00Z"}%s]}`
	lines := []string{
		fmt.Sprintf(ok, 1, ""),
		`{"subject":"cut`,
		`not json`,
		`{"subject":"S","messages":[]}`,
		`{"subject":" ","messages":[{"name":"A","body":"x"}]}`,
		`{"subject":"S","messages":[{"body":"x"}]}`,
		`{"subject":"S","messages":[{"name":"A","date":"yesterday","body":"x"}]}`,
		fmt.Sprintf(ok, 8, `,{"kind":"poem","by":"jonas","body":"x"}`),
		fmt.Sprintf(ok, 9, `,{"by":"nobody","body":"x"}`),
		fmt.Sprintf(ok, 10, `,{"by":"elif","kind":"note","body":"x"}`),
		fmt.Sprintf(ok, 11, `,{"by":"elif","date":"2027-11-01T10:00:00Z","body":"x"}`),
		"",
		fmt.Sprintf(ok, 13, ""),
	}
	r, bad, err := s.run(t.Context(), strings.Join(lines, "\n"), importer.Options{})
	if err != nil || r.Added != 2 || r.Bad != 10 {
		t.Errorf("got %+v, %v", r, err)
	}
	for i, want := range []string{
		"2: it ends in the middle", "3: it is no JSON at byte 2", "4: it has no messages", "5: it has no subject", "6: message 1 has no author",
		`7: "yesterday" is not a time`, `8: message 2 has the kind "poem"`, `9: message 2: there is no person "nobody"`,
		"10: message 2: Only the support desk can do that.", "11: message 2 is from the future",
	} {
		if i >= len(bad) || !strings.Contains(strings.Join(bad, "\n"), want) {
			t.Errorf("no %q in\n%s", want, strings.Join(bad, "\n"))
		}
	}
}

// A file cut short keeps what came whole, and the whole file goes on there.
func TestATruncatedFile(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	var all strings.Builder
	for i := range 120 {
		fmt.Fprintf(&all, `{"key":"%d","subject":"S%d","requester":{"id":"elif"},"messages":[{"body":"%064x","date":"2026-11-01T10:00:00Z"}]}`+"\n", i, i, i*i*i)
	}
	if _, err := w.Write([]byte(all.String())); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t)
	r, _, err := s.run(t.Context(), z.String()[:z.Len()-40], importer.Options{})
	var e *desk.Error
	if !errors.As(err, &e) || e.Code != desk.CodeDamaged || e.Hint == "" || r.Added == 0 {
		t.Fatalf("cut short: got %+v, %v", r, err)
	}
	again, _, err := s.run(t.Context(), z.String(), importer.Options{})
	if err != nil || again.Known != r.Added || again.Known+again.Added != 120 {
		t.Errorf("whole: got %+v, %v", again, err)
	}
}

// Broken off after any commit, the next run goes on and nothing is doubled.
func TestBrokenOff(t *testing.T) {
	s := open(t)
	var all strings.Builder
	for i := range 130 {
		fmt.Fprintf(&all, `{"key":"%d","subject":"S","messages":[{"name":"P%d","email":"p%d@x.example","body":"x","date":"2026-11-01T10:00:00Z"}]}`+"\n", i, i%9, i%9)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := s.run(ctx, all.String(), importer.Options{Progress: func(_ int64, r importer.Report) {
		if r.Added >= 50 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || r.Added != 50 {
		t.Fatalf("broken off: got %+v, %v", r, err)
	}
	r, _, err = s.run(t.Context(), all.String(), importer.Options{})
	if err != nil || r.Known != 50 || r.Added != 80 {
		t.Errorf("again: got %+v, %v", r, err)
	}
	if heads, _ := s.tickets(); len(heads) != 130 {
		t.Errorf("got %d tickets", len(heads))
	}
}

// A message longer than a message may be is begun in it and attached whole.
func TestALongMessage(t *testing.T) {
	s := open(t)
	body := strings.Repeat("ä", 60_000)
	r, bad, err := s.run(t.Context(), fmt.Sprintf(`{"key":"1","subject":%q,"requester":{"id":"elif"},"messages":[{"body":%q}]}`, strings.Repeat("s", 300), body), importer.Options{})
	if err != nil || r.Added != 1 {
		t.Fatalf("got %+v, %v, %v", r, bad, err)
	}
	heads, entries := s.tickets()
	e := entries[heads[0].ID][0]
	if len(heads[0].Subject) != 200 || len(e.Files) != 1 || e.Files[0].Size != 120_000 || !strings.Contains(e.Text, "attached") || !strings.HasPrefix(e.Text, "ää") {
		t.Errorf("got %d, %+v, %.40q", len(heads[0].Subject), e.Files, e.Text)
	}
}

func TestDefaultsMustBeThere(t *testing.T) {
	s := open(t)
	for _, opt := range []importer.Options{{Department: "nosuch"}, {Organization: "nosuch"}} {
		if _, _, err := s.run(t.Context(), archive, opt); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%+v: got %v", opt, err)
		}
	}
}

// The sample's lines are all good JSON of this form; the whole of it is
// imported by the program's own test.
func TestTheSampleParses(t *testing.T) {
	b, err := os.ReadFile("../../../../build/sample/conversations.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	if len(lines) < 150 {
		t.Errorf("the sample has %d conversations", len(lines))
	}
	for i, l := range lines {
		if _, err := importer.Parse(l); err != nil {
			t.Errorf("line %d: %v", i+1, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(archive))
	f.Add([]byte(`{"age":1e300,"messages":[{"after":-1}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := importer.Parse(b); err == nil && (len(c.Messages) == 0 || c.Subject == "") {
			t.Errorf("accepted %q", b)
		}
	})
}

// Old conversations that are open are due by the promises of where they lie,
// counted from their own time, and what has been answered or closed is not.
func TestImportedDeadlines(t *testing.T) {
	week := func(d desk.Department) desk.Department {
		for day := time.Monday; day <= time.Friday; day++ {
			d.Open.Week = append(d.Open.Week, desk.Span{Day: day, From: 8 * 60, To: 17 * 60})
		}
		d.Open.Zone = "Europe/Berlin"
		return d
	}
	in := `{"key":"a","subject":"first","department":"mail","requester":{"id":"elif"},"created_at":"2026-11-13T16:50:00+01:00","status":"in_progress","messages":[{"body":"Help"}]}
{"key":"b","subject":"next","department":"mail","requester":{"id":"elif"},"status":"in_progress","messages":[{"body":"Help","date":"2026-11-10T09:00:00+01:00"},{"by":"jonas","body":"How?","date":"2026-11-10T09:30:00+01:00"},{"by":"elif","body":"So","date":"2026-11-10T10:00:00+01:00"},{"by":"elif","body":"Please","date":"2026-11-11T10:00:00+01:00"}]}
{"key":"c","subject":"answered","department":"mail","requester":{"id":"elif"},"status":"waiting_customer","messages":[{"body":"Help","date":"2026-11-10T09:00:00+01:00"},{"by":"jonas","body":"How?","date":"2026-11-10T09:30:00+01:00"}]}
{"key":"d","subject":"old","department":"mail","requester":{"id":"elif"},"messages":[{"body":"Help","date":"2024-11-10T09:00:00+01:00"}]}
`
	var before []desk.Ticket
	for range 2 {
		s := open(t)
		err := s.l.Update(t.Context(), func(tx *ledger.Tx) error {
			_, err := tx.PutDesk(desk.Desk{Name: "V", Departments: []desk.Department{
				{ID: "care", Name: "Care", Triage: true, Promises: []desk.Promise{{FirstReply: time.Minute, NextReply: time.Minute}}},
				week(desk.Department{ID: "mail", Name: "Mail", Promises: []desk.Promise{{FirstReply: time.Hour, NextReply: 2 * time.Hour}}}),
			}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, bad, err := s.run(t.Context(), in, importer.Options{}); err != nil || len(bad) > 0 {
			t.Fatal(err, bad)
		}
		heads, _ := s.tickets()
		got := map[string]string{}
		for i := range heads {
			h := &heads[i]
			c := access.Customer(h)
			got[h.Subject] = fmt.Sprint(h.DueKind, " ", h.Due.UTC().Format("Jan 2 15:04"), c.DueKind, c.Due.UTC().Format(" Jan 2 15:04"))
		}
		for subject, want := range map[string]string{
			"first": "first_reply Nov 16 07:50first_reply Nov 16 07:50", "next": "next_reply Nov 10 11:00next_reply Nov 10 11:00",
			"answered": " Jan 1 00:00 Jan 1 00:00", "old": " Jan 1 00:00 Jan 1 00:00",
		} {
			if got[subject] != want {
				t.Errorf("%s: got %q, want %q", subject, got[subject], want)
			}
		}
		if before != nil && fmt.Sprint(before) != fmt.Sprint(heads) {
			t.Errorf("the second import gives\n%+v\nthe first gave\n%+v", heads, before)
		}
		before = heads
	}
}
