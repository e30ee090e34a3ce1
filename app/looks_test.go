package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/storage/cache"
	"docket/sync/cmd/docketd/runtest"
)

var everyColumn = []string{"status", "org", "department", "age", "owner", "due", "flags"}

func looks(l ...app.Look) app.Settings {
	return app.Settings{Theme: "dark", Zoom: 1.25, Looks: l, Keys: []app.KeyChange{}, Recent: []string{}, Tabs: []string{}, Notify: app.NotifySettings{Off: []string{}}}
}

// sorted waits until a list is in an order and gives its subjects.
func (d *desktop) sorted(view, by string) []string {
	d.t.Helper()
	var out []string
	until(d.t, view+" by "+by, func() bool {
		p := d.rows(view)
		out = nil
		for _, r := range p.Rows {
			out = append(out, r.Subject)
		}
		return p.Sort == by
	})
	return out
}

func TestAListLooksAsItsPersonChose(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	var tickets []app.Opened
	for _, subject := range []string{"First", "Second", "Third"} {
		nt := newTicket()
		nt.Subject = subject
		o := d.opens(nt)
		d.confirmed(o.Ticket, "It says 502.")
		tickets = append(tickets, o)
	}
	newest, oldest := []string{"Third", "Second", "First"}, []string{"First", "Second", "Third"}
	if got := d.sorted("mine", "queue"); !slices.Equal(got, newest) {
		t.Fatalf("in the usual order: %v", got)
	}
	compact := app.Look{View: "mine", Sort: "oldest", Density: "compact", Columns: []string{}}
	other := app.Look{View: "solved", Sort: "number", Density: "roomy", Columns: everyColumn}
	if err := d.api.SaveSettings(looks(compact, other)); err != nil {
		t.Fatal(err)
	}
	if got := d.sorted("mine", "oldest"); !slices.Equal(got, oldest) {
		t.Errorf("oldest first: %v", got)
	}
	for i, o := range tickets {
		if at, err := d.api.Position("mine", o.Ticket); err != nil || at != i {
			t.Errorf("place of %s: %d, %v, want %d", o.Reference, at, err, i)
		}
	}
	if p := d.rows("waiting_on_me"); p.Sort != "queue" {
		t.Errorf("another list is sorted by %s", p.Sort)
	}

	// It outlasts the program and the copy of the tickets.
	d.p.Close()
	if err := cache.Discard(filepath.Join(d.dir, "cache"), "test"); err != nil {
		t.Fatal(err)
	}
	d.start()
	b := d.boot()
	if got, want := say(t, b.Settings), say(t, looks(compact, other)); got != want {
		t.Errorf("after loading anew: %s, want %s", got, want)
	}
	noNulls(t, b)
	d.live()
	until(t, "loaded again", func() bool { return d.rows("mine").Total == 3 })
	if got := d.sorted("mine", "oldest"); !slices.Equal(got, oldest) {
		t.Errorf("oldest first, loaded anew: %v", got)
	}
	if err := d.api.SaveSettings(looks()); err != nil {
		t.Fatal(err)
	}
	if got := d.sorted("mine", "queue"); !slices.Equal(got, newest) {
		t.Errorf("in the usual order again: %v", got)
	}
}

// Looks name a desk's lists: they are their person's and go when they leave.
func TestLooksBelongToOnePerson(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	if err := d.api.SaveSettings(looks(app.Look{View: "mine", Sort: "oldest", Density: "compact"})); err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.SignOut(true); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(d.dir, "settings.json"))
	if err != nil || strings.Contains(string(b), "mine") || strings.Contains(string(b), "elif") {
		t.Errorf("left behind: %s, %v", b, err)
	}
	d.signIn(srv.URL, "jonas")
	if s := d.boot().Settings; len(s.Looks) != 0 || s.Theme != "dark" {
		t.Errorf("the next person has %+v", s)
	}
}

func TestLooksThatMakeNoSenseAreRefused(t *testing.T) {
	d := newDesktop(t)
	d.boot()
	good := app.Look{View: "dept:mail", Sort: "newest", Density: "roomy", Columns: []string{"org", "due"}}
	if err := d.api.SaveSettings(looks(good)); err != nil {
		t.Fatal(err)
	}
	with := func(fn func(*app.Look)) app.Settings {
		l := good
		l.Columns = slices.Clone(good.Columns)
		fn(&l)
		return looks(l)
	}
	for name, s := range map[string]app.Settings{
		"no list":          with(func(l *app.Look) { l.View = "" }),
		"an ordered list":  with(func(l *app.Look) { l.View = "mine~newest" }),
		"a long name":      with(func(l *app.Look) { l.View = strings.Repeat("x", 201) }),
		"no order":         with(func(l *app.Look) { l.Sort = "" }),
		"an unknown order": with(func(l *app.Look) { l.Sort = "size" }),
		"no density":       with(func(l *app.Look) { l.Density = "tiny" }),
		"a strange column": with(func(l *app.Look) { l.Columns[0] = "salary" }),
		"a column twice":   with(func(l *app.Look) { l.Columns[0] = "due" }),
		"a list twice":     looks(good, good),
		"too many":         looks(make([]app.Look, 501)...),
	} {
		if err := d.api.SaveSettings(s); code(err) != "invalid" {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	// What a newer version kept is passed over, and the rest stays.
	b := say(t, map[string]any{"theme": "light", "zoom": 1.5, "looks": []any{good, map[string]any{"view": "x", "sort": "by mood", "density": "roomy"}}})
	if err := os.WriteFile(filepath.Join(d.dir, "settings.json"), []byte(b), 0o600); err != nil {
		t.Fatal(err)
	}
	d.restart()
	if s := d.boot().Settings; s.Theme != "light" || len(s.Looks) != 1 || s.Looks[0].View != "dept:mail" {
		t.Errorf("read back: %+v", s)
	}
}

func say(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
