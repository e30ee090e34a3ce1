package app_test

import (
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// asksFor is a request in hosting with a subject and a text, of an organization or
// of nobody but its author.
func (d *desktop) asksFor(subject, text string, org ...string) app.Opened {
	d.t.Helper()
	n := newTicket()
	n.Subject, n.Text = subject, text
	if len(org) > 0 {
		n.Org = org[0]
	}
	return d.opens(n)
}

// TestAnswersWhileWriting: while something is written, one's own open request
// stands first, then a colleague's, then what was solved with what solved it;
// offline too, and of nobody else's.
func TestAnswersWhileWriting(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, max, lars, jonas := newDesktop(t), newDesktop(t), newDesktop(t), newDesktop(t)
	for who, d := range map[string]*desktop{"elif": elif, "max": max, "lars": lars, "jonas": jonas} {
		d.signIn(srv.URL, who)
	}
	old := elif.asksFor("Card terminal refuses payments", "It says 91.")
	unsaid := elif.asksFor("Card terminal refuses payments again", "It says 92.")
	until(t, "jonas has both", func() bool { return jonas.has(old.Ticket, "It says 91.") && jonas.has(unsaid.Ticket, "It says 92.") })
	if err := jonas.api.Reply(old.Ticket, "Restart the terminal by its key.", nil, 99, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	theirs := elif.asksFor("Card terminal refuses all payments", "It says 93.")
	until(t, "max sees it", func() bool {
		return max.has(theirs.Ticket, "It says 93.") && max.ticket(old.Ticket).Resolution != ""
	})
	if err := elif.api.CloseTicket(unsaid.Ticket, "", "", false); err != nil {
		t.Fatal(err)
	}
	until(t, "max sees it over", func() bool { s := max.ticket(unsaid.Ticket).Row.Status; return s == "closed" || s == "solved" })
	max.offline()
	for name, c := range map[string]struct {
		d    *desktop
		want []string
	}{
		"elif": {elif, []string{"open mine add " + theirs.Ticket, "solved mine again " + old.Ticket + " Restart the terminal by its key.", "solved mine again " + unsaid.Ticket + " "}},
		"max":  {max, []string{"open join " + theirs.Ticket, "solved " + old.Ticket + " Restart the terminal by its key.", "solved " + unsaid.Ticket + " "}},
		"lars": {lars, nil},
	} {
		got, err := c.d.api.Suggest("Card terminal refuses payments", "It says 99 today.")
		if err != nil {
			t.Fatal(err)
		}
		noNulls(t, got)
		var said []string
		for _, g := range got {
			line := "open"
			if g.Solved {
				line = "solved"
			}
			for word, is := range map[string]bool{" mine": g.Mine} {
				if is {
					line += word
				}
			}
			for _, x := range []struct {
				word string
				is   bool
			}{{" add", g.Add}, {" join", g.Join}, {" again", g.Again}} {
				if x.is {
					line += x.word
				}
			}
			line += " " + g.Ticket
			if g.Solved {
				line += " " + g.Resolution
			}
			said = append(said, line)
		}
		if len(said) != len(c.want) {
			t.Errorf("%s: got %q, want %q", name, said, c.want)
			continue
		}
		for i := range said {
			if said[i] != c.want[i] {
				t.Errorf("%s, %d: got %q, want %q", name, i, said[i], c.want[i])
			}
		}
	}
}

// TestAddInsteadWithFiles: text and files go over to the one that is there.
func TestAddInsteadWithFiles(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	f, err := elif.api.AddFile("till.log", "bm8gcGFwZXI=")
	if err != nil {
		t.Fatal(err)
	}
	d, err := elif.api.SaveDraft(app.Draft{Kind: "new", Subject: "Shop down", Text: "Since nine.", Files: []app.FileInfo{f}})
	if err != nil {
		t.Fatal(err)
	}
	elif.offline()
	if err := elif.api.AddInstead(o.Ticket, d.Key, "Shop down", "Since nine.", []string{f.Hash}); err != nil {
		t.Fatal(err)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas reads it with the file", func() bool {
		v := jonas.ticket(o.Ticket)
		for _, e := range v.Entries {
			if e.Text == "Shop down\n\nSince nine." {
				return len(e.Files) == 1 && e.Files[0].Name == "till.log" && e.Files[0].Hash == f.Hash
			}
		}
		return false
	})
}

// TestResembling: the team sees on every ticket what is likely the same and how it
// was solved before, of what its reader has; customers see nothing of it.
func TestResembling(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, lars, jonas, petra := newDesktop(t), newDesktop(t), newDesktop(t), newDesktop(t)
	for who, d := range map[string]*desktop{"elif": elif, "lars": lars, "jonas": jonas, "petra": petra} {
		d.signIn(srv.URL, who)
	}
	old := elif.asksFor("Card terminal refuses payments", "It says 91.")
	until(t, "jonas has it", func() bool { return jonas.has(old.Ticket, "It says 91.") })
	if err := jonas.api.Reply(old.Ticket, "Restart the terminal by its key.", nil, 99, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	other := lars.asksFor("The card terminal refuses payments since nine", "It says 91 here, too.", "")
	apart := elif.asksFor("Calendar of the bakery", "It shows the wrong day.")
	this := elif.asksFor("Card terminal refuses payments", "Again.")
	until(t, "jonas has all", func() bool {
		return jonas.has(this.Ticket, "Again.") && jonas.has(other.Ticket, "It says 91 here, too.") && jonas.has(apart.Ticket, "It shows the wrong day.") && jonas.ticket(old.Ticket).Resolution != ""
	})
	jonas.offline()
	got, err := jonas.api.Resembles(this.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	noNulls(t, got)
	if len(got.Open) != 1 || got.Open[0].Ticket != other.Ticket || got.Open[0].Who == "" || got.Open[0].Resolution != "" {
		t.Errorf("likely the same: %+v", got.Open)
	}
	if len(got.Solved) != 1 || got.Solved[0].Ticket != old.Ticket || got.Solved[0].Resolution != "Restart the terminal by its key." {
		t.Errorf("solved before: %+v", got.Solved)
	}
	if got, err := jonas.api.Resembles(apart.Ticket); err != nil || len(got.Open)+len(got.Solved) != 0 {
		t.Errorf("of another matter: %+v, %v", got, err)
	}
	if got, err := elif.api.Resembles(this.Ticket); err != nil || len(got.Open)+len(got.Solved) != 0 {
		t.Errorf("a customer: %+v, %v", got, err)
	}
	if _, err := petra.api.Resembles(this.Ticket); err == nil {
		t.Error("petra is told what is like a ticket she does not have")
	}
}
