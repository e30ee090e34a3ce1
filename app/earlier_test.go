package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

func earlier(t *testing.T, d *desktop, key string) (texts []string, all []app.Draft) {
	t.Helper()
	all, err := d.api.EarlierDrafts(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		texts = append(texts, v.Text)
	}
	return texts, all
}

func sameTexts(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
}

// What was written is found again after it was changed, sent and thrown away,
// and taking it loses nothing of what stands there.
func TestEarlierDraftsComeBack(t *testing.T) {
	_, elif, _, o := aTicket(t)
	key := "ticket/" + o.Ticket + "/reply"
	save := func(text string) {
		t.Helper()
		if _, err := elif.api.SaveDraft(app.Draft{Ticket: o.Ticket, Kind: "reply", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	sameTexts(t, "at first", only(earlier(t, elif, key)))
	save("The first thing I wrote.")
	save("The first thing I wrote, and more of it.")
	if err := elif.api.Reply(o.Ticket, "The first thing I wrote, and more of it.", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	sameTexts(t, "after it was sent", only(earlier(t, elif, key)), "The first thing I wrote, and more of it.", "The first thing I wrote.")
	save("Something else altogether that is written now.")
	got, all := earlier(t, elif, key)
	sameTexts(t, "of the next", got, "The first thing I wrote, and more of it.", "The first thing I wrote.")

	d, err := elif.api.TakeDraft(key, key, all[1].Updated, 4)
	if err != nil || d.Text != "The first thing I wrote." {
		t.Fatalf("%+v %v", d, err)
	}
	if v := elif.ticket(o.Ticket).Reply; v == nil || v.Text != "The first thing I wrote." {
		t.Errorf("in its place: %+v", v)
	}
	got, all = earlier(t, elif, key)
	sameTexts(t, "after taking", got, "Something else altogether that is written now.", "The first thing I wrote, and more of it.")
	if _, err := elif.api.TakeDraft(key, key, all[0].Updated, 4); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.DropDraft(key); err != nil {
		t.Fatal(err)
	}
	got, _ = earlier(t, elif, key)
	sameTexts(t, "thrown away", got, "Something else altogether that is written now.", "The first thing I wrote.", "The first thing I wrote, and more of it.")
	if got, _ := earlier(t, elif, "ticket/"+o.Ticket+"/note"); len(got) > 0 {
		t.Errorf("a note has what was a reply: %q", got)
	}
	if _, err := elif.api.TakeDraft(key, key, "2020-01-01T00:00:00Z", 1); code(err) != desk.CodeNotFound {
		t.Errorf("a version there is not: %v", err)
	}
	if _, err := elif.api.TakeDraft("ticket/"+o.Ticket+"/note", key, all[0].Updated, 1); code(err) != desk.CodeInvalid {
		t.Errorf("a reply as a note: %v", err)
	}
}

func TestEarlierRequestsComeBack(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	was, err := d.api.SaveDraft(app.Draft{Kind: "new", Subject: "Till", Text: "It beeps."})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.api.DropDraft(was.Key); err != nil {
		t.Fatal(err)
	}
	now, err := d.api.SaveDraft(app.Draft{Kind: "new", Subject: "Printer", Text: "It jams."})
	if err != nil {
		t.Fatal(err)
	}
	got, all := earlier(t, d, now.Key)
	sameTexts(t, "of a new one", got, "It beeps.")
	taken, err := d.api.TakeDraft(now.Key, all[0].Key, all[0].Updated, 0)
	if err != nil || taken.Key != now.Key || taken.Subject != "Till" {
		t.Fatalf("%+v %v", taken, err)
	}
	if got, _ := earlier(t, d, now.Key); len(got) != 1 || got[0] != "It jams." {
		t.Errorf("what was written before it: %q", got)
	}
}

func only(texts []string, _ []app.Draft) []string { return texts }
