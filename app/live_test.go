package app_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"docket/app"
)

func lines(v app.TicketView) []string {
	var out []string
	if v.Live != nil {
		for _, l := range v.Live.Lines {
			text := l.Text
			if l.Joined {
				text = "+"
			}
			out = append(out, text)
		}
	}
	return out
}

// A chat from a request: who is there, lines both ways, and one entry at its
// end, for both (BEHAVIOURS 3.9).
func TestAChatInARequest(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	there := func() []string {
		v, err := elif.api.Chats()
		if err != nil {
			t.Fatal(err)
		}
		return v.Departments
	}
	if got := there(); len(got) > 0 {
		t.Fatalf("nobody takes chats, and there is %v", got)
	}
	if err := elif.api.TakeChats(true); err == nil {
		t.Error("a customer takes chats")
	}
	if err := jonas.api.TakeChats(true); err != nil {
		t.Fatal(err)
	}
	until(t, "somebody is there", func() bool { return slices.Contains(there(), "hosting") })
	chat, err := elif.api.Say(o.Ticket, "", "Are you there?", []string{})
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(elif.ticket(o.Ticket)); !slices.Equal(got, []string{"Are you there?"}) {
		t.Fatalf("elif sees %v", got)
	}
	until(t, "jonas hears of it", func() bool { return len(lines(jonas.ticket(o.Ticket))) == 1 })
	until(t, "it is among the running chats", func() bool { r := jonas.rows("chats").Rows; return len(r) == 1 && r[0].ID == o.Ticket })
	if v := jonas.ticket(o.Ticket).Live; !v.Join || v.ByName != "" || v.ID != chat {
		t.Errorf("jonas may not take it: %+v", v)
	}
	if err := jonas.api.JoinChat(o.Ticket); err != nil {
		t.Fatal(err)
	}
	if _, err := jonas.api.Say(o.Ticket, chat, "I am", []string{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads it", func() bool {
		return slices.Equal(lines(elif.ticket(o.Ticket)), []string{"Are you there?", "+", "I am"})
	})
	if v := elif.ticket(o.Ticket).Live; v.Join || !v.End || v.ByName != "Jonas Weber" && v.ByName == "" {
		t.Errorf("elif has %+v", v)
	}
	// A file goes along with a line, up before it, and stands in what the chat becomes.
	f, err := elif.api.AddFile("shop.log", base64.StdEncoding.EncodeToString([]byte("502 502 502")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := elif.api.Say(o.Ticket, chat, "This is the log", []string{f.Hash}); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas reads what it is called", func() bool {
		v := jonas.ticket(o.Ticket).Live
		return v != nil && len(v.Lines) == 4 && len(v.Lines[3].Files) == 1 && v.Lines[3].Files[0].Name == "shop.log"
	})
	if err := elif.api.EndChat(o.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "it is one entry", func() bool {
		v := jonas.ticket(o.Ticket)
		last := v.Entries[len(v.Entries)-1]
		return v.Live == nil && last.Kind == "chat" && strings.Contains(last.Text, "Are you there?") && strings.Contains(last.Text, "I am") && strings.HasPrefix(last.Line, "Chat with Elif") && len(last.Files) == 1
	})
	until(t, "nobody chats", func() bool { return len(jonas.rows("chats").Rows) == 0 })
}

// Offline nobody can be chatted with, and lines that were on their way when a
// chat ended arrive as messages (BEHAVIOURS 3.9, 1.23).
func TestLinesWrittenOfflineAreMessages(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	chat, err := elif.api.Say(o.Ticket, "", "Are you there?", []string{})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "jonas hears of it", func() bool { return len(lines(jonas.ticket(o.Ticket))) == 1 })
	elif.offline()
	v, err := elif.api.Chats()
	if err != nil || len(v.Departments) > 0 || v.Problem == "" {
		t.Errorf("offline: %+v, %v", v, err)
	}
	if _, err := elif.api.Say(o.Ticket, chat, "It beeps, too", []string{}); err != nil {
		t.Fatal(err)
	}
	l := elif.ticket(o.Ticket).Live.Lines
	if x := l[len(l)-1]; x.Text != "It beeps, too" || !x.Waiting {
		t.Errorf("offline it stands there as %+v", x)
	}
	if err := jonas.api.EndChat(o.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "it is over", func() bool { return jonas.ticket(o.Ticket).Live == nil })
	elif.line.mend()
	elif.live()
	until(t, "jonas reads it as a message", func() bool { return jonas.has(o.Ticket, "It beeps, too") })
	if v := elif.ticket(o.Ticket); v.Live != nil {
		t.Errorf("elif still chats: %+v", v.Live)
	}
}
