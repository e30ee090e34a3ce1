package app

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/app/language"
)

// Every list must have an icon the window can draw; one it does not know would
// be drawn as a dot.
func TestIconsOfViewsAreInTheWindow(t *testing.T) {
	b, err := os.ReadFile("../frontend/src/ui/icons.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(b), "icons: Record<string, Component> = {")
	if !ok {
		t.Fatal("icons.ts has no map of icons")
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)[{, ]'?([a-z0-9-]+)'?: [A-Z]`).FindAllStringSubmatch(list, -1) {
		known[m[1]] = true
	}
	departments := []desk.Department{{ID: "care", Name: "Care", Icon: "hand", Triage: true}, {ID: "mail", Name: "Mail"}}
	for _, me := range []desk.Actor{
		{Person: "ada", Role: desk.Admin, Departments: []desk.DeptID{"care", "mail"}},
		{Person: "rita", Role: desk.Customer, Memberships: []desk.Membership{{Org: "kranich", Access: desk.OrgRead}}},
	} {
		used := map[string]string{}
		for _, v := range policy.Views(me, departments) {
			if !known[v.Icon] {
				t.Errorf("%s: the window has no icon %q", v.ID, v.Icon)
			}
			if other := used[v.Icon]; other != "" {
				t.Errorf("%s and %s have the same icon %q", v.ID, other, v.Icon)
			}
			used[v.Icon] = string(v.ID)
		}
	}
}

var noon = time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)

// play runs commands through the rules, a minute apart, and gives the ticket
// and its entries.
type play struct {
	t       *testing.T
	place   desk.Place
	ticket  *desk.Ticket
	entries []desk.Entry
	at      time.Time
	n       int
}

func newPlay(t *testing.T) *play {
	p := &play{t: t, at: noon, place: desk.Place{
		Departments: map[desk.DeptID]desk.Department{
			"care": {ID: "care", Name: "Care", Triage: true, Reply: "usually within 20 minutes"},
			"mail": {ID: "mail", Name: "Mail & DNS", Reply: "usually within 40 minutes"},
			"down": {ID: "down", Name: "Outages", Entry: desk.EntryDirect, Reply: "usually at once", Promises: []desk.Promise{{FirstReply: 20 * time.Minute, NextReply: 40 * time.Minute}, {Priority: desk.PriorityHigh, FirstReply: time.Minute}}},
		},
		People: map[desk.PersonID]desk.Person{
			"elif":  {ID: "elif", Name: "Elif Aydın", Role: desk.Customer, Memberships: []desk.Membership{{Org: "nord", Access: desk.OrgComment}}},
			"mert":  {ID: "mert", Name: "Mert Aydın", Role: desk.Customer, Memberships: []desk.Membership{{Org: "nord", Access: desk.OrgComment}}},
			"jonas": {ID: "jonas", Name: "Jonas Reiter", Title: "Mail & DNS", Role: desk.Engineer, Departments: []desk.DeptID{"care", "mail", "down"}},
			"anna":  {ID: "anna", Name: "Anna Lindqvist", Role: desk.Engineer, Departments: []desk.DeptID{"mail", "care", "down"}},
		},
		Orgs: map[desk.OrgID]desk.Organization{"nord": {ID: "nord", Name: "Papierladen Nord"}},
	}}
	return p.do("elif", desk.Open{Subject: "Shop is down", Text: "502", Department: "care", Org: "nord"})
}

func (p *play) actor(id desk.PersonID) desk.Actor {
	if id == desk.System {
		return desk.Clerk()
	}
	x := p.place.People[id]
	return desk.Actor{Person: id, Name: x.Name, Role: x.Role, Departments: x.Departments, Memberships: x.Memberships}
}

func (p *play) do(who desk.PersonID, args desk.Args) *play {
	p.t.Helper()
	p.n++
	p.at = p.at.Add(time.Minute)
	cmd := desk.Command{ID: desk.CommandID("c" + string(rune('0'+p.n))), Ticket: "t", Composed: p.at, Args: args}
	if p.ticket != nil {
		cmd.Basis = p.ticket.LastSeq
	}
	ch, err := flow.Decide(desk.State{Ticket: p.ticket, Place: p.place}, cmd, p.actor(who), p.at)
	if err != nil {
		p.t.Fatalf("%s, command %d: %v", who, p.n, err)
	}
	ch.Ticket.OrgName = "Papierladen Nord"
	p.ticket, p.entries = &ch.Ticket, append(p.entries, ch.Entries...)
	return p
}

func (p *play) reader(who desk.PersonID) *rower {
	return &rower{me: p.actor(who), place: p.place, now: p.at}
}

func (p *play) steps(who desk.PersonID) string {
	var out []string
	for _, s := range p.reader(who).steps(p.ticket) {
		at := s.Note
		if s.At != "" {
			at = s.At[11:16]
		}
		if s.Due != "" {
			at += "by " + s.Due[11:16]
		}
		mark := map[string]string{"done": "", "now": "*", "next": "?"}[s.State]
		out = append(out, strings.TrimSpace(mark+s.Title+" "+at))
	}
	return strings.Join(out, " | ")
}

func (p *play) lines(who desk.PersonID) string {
	var out []string
	for _, e := range p.entries {
		switch {
		case told(e):
		case wrote(e.Kind):
			out = append(out, "“"+e.Text+"”")
		default:
			out = append(out, p.reader(who).line(p.ticket, e))
		}
	}
	return strings.Join(out, " / ")
}

// The timeline tells what happened in order and always what is to be expected
// next (BEHAVIOURS 0.4).
func TestSteps(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*play) *play
		want string
	}{
		"just opened": {
			func(p *play) *play { return p },
			"Received 12:01 | *To be looked at usually within 20 minutes | ?First answer | ?Solved",
		},
		"answered at once": {
			func(p *play) *play { return p.do("jonas", desk.Reply{Text: "Try now."}) },
			"Received 12:01 | Looked at 12:02 | With Jonas 12:02 | First answer 12:02 | *Waiting for you 12:02 | ?Solved",
		},
		"answered, and written to again": {func(p *play) *play {
			return p.do("jonas", desk.Reply{Text: "Try now."}).do("elif", desk.Reply{Text: "Still 502."})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:02 | First answer 12:02 | *Next answer usually within 20 minutes | ?Solved"},
		"passed on": {func(p *play) *play {
			return p.do("jonas", desk.Refer{From: "care", To: "mail", Reason: "It is DNS"})
		}, "Received 12:01 | Looked at 12:02 | With Mail & DNS 12:02 | *First answer usually within 40 minutes | ?Solved"},
		"given to a colleague after the answer": {func(p *play) *play {
			return p.do("jonas", desk.Reply{Text: "Try now.", Then: desk.InProgress}).do("jonas", desk.Assign{From: "jonas", To: "anna"})
		}, "Received 12:01 | Looked at 12:02 | First answer 12:02 | With Anna 12:03 | *Next answer usually within 20 minutes | ?Solved"},
		"on hold": {func(p *play) *play {
			return p.do("jonas", desk.Assign{To: "jonas"}).do("jonas", desk.SetStatus{From: desk.InProgress, To: desk.OnHold, Until: noon.Add(72 * time.Hour)})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:02 | *On hold until 19 November | ?First answer | ?Solved"},
		"solved": {func(p *play) *play {
			return p.do("jonas", desk.Reply{Text: "Try now."}).do("elif", desk.CloseTicket{Reason: "worked"})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:02 | First answer 12:02 | Solved 12:03"},
		"solved without a word": {
			func(p *play) *play { return p.do("elif", desk.CloseTicket{Reason: "self"}) },
			"Received 12:01 | Solved 12:02",
		},
		"opened again": {func(p *play) *play {
			return p.do("jonas", desk.Reply{Text: "Try now."}).do("elif", desk.CloseTicket{}).do("elif", desk.Reply{Text: "Again 502."})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:02 | First answer 12:02 | Opened again 12:04 | *Next answer usually within 20 minutes | ?Solved"},
		"written to before anybody looked": {
			func(p *play) *play { return p.do("elif", desk.Reply{Text: "Please hurry."}) },
			"Received 12:01 | *To be looked at usually within 20 minutes | ?First answer | ?Solved",
		},
		"with a promise": {func(p *play) *play {
			return p.do("jonas", desk.Refer{From: "care", To: "down", Reason: "An outage"})
		}, "Received 12:01 | Looked at 12:02 | With Outages 12:02 | *First answer by 12:22 | ?Solved"},
		"with a promise, and nobody has looked": {func(p *play) *play {
			p.ticket = nil
			return p.do("elif", desk.Open{Subject: "Down", Department: "down"})
		}, "Received 12:02 | *To be looked at | ?First answer by 12:22 | ?Solved"},
		"with a promise, and more urgent than they know": {func(p *play) *play {
			return p.do("jonas", desk.Refer{From: "care", To: "down", Reason: "An outage"}).do("anna", desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh})
		}, "Received 12:01 | Looked at 12:02 | With Outages 12:02 | *First answer by 12:22 | ?Solved"},
		"with a promise, answered and asked again": {func(p *play) *play {
			return p.do("jonas", desk.Refer{From: "care", To: "down", Reason: "An outage"}).do("jonas", desk.Reply{Text: "Try now."}).do("elif", desk.Reply{Text: "No."})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:03 | First answer 12:03 | *Next answer by 12:44 | ?Solved"},
		"with a promise, while it waits on them": {func(p *play) *play {
			return p.do("jonas", desk.Refer{From: "care", To: "down", Reason: "An outage"}).do("jonas", desk.Reply{Text: "Try now."})
		}, "Received 12:01 | Looked at 12:02 | With Jonas 12:03 | First answer 12:03 | *Waiting for you 12:03 | ?Solved"},
	} {
		if got := c.play(newPlay(t)).steps("elif"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	if got := newPlay(t).do("jonas", desk.Reply{Text: "Try now."}).steps("mert"); !strings.Contains(got, "*Waiting for Elif 12:02") {
		t.Errorf("a colleague reads: %s", got)
	}
}

// What a person did is told once, and as people would say it.
func TestLines(t *testing.T) {
	p := newPlay(t).
		do("jonas", desk.Reply{Text: "Try now."}).
		do("elif", desk.Reply{Text: "Still 502."}).
		do("jonas", desk.SetStatus{From: desk.InProgress, To: desk.WaitingThirdParty}).
		do("jonas", desk.SetStatus{From: desk.WaitingThirdParty, To: desk.InProgress}).
		do("jonas", desk.Assign{From: "jonas", To: "anna"}).
		do("elif", desk.CloseTicket{Reason: "not_needed"}).
		do("elif", desk.Reply{Text: "Again 502."})
	want := "“502” / “Try now.” / Jonas Reiter took this / “Still 502.” / Jonas Reiter asked somebody outside for help / " +
		"Jonas Reiter took this up again / Jonas Reiter gave this to Anna Lindqvist / You marked this as solved: it is no longer needed / “Again 502.” / You opened this again"
	if got := p.lines("elif"); got != want {
		t.Errorf("for the customer:\n got %s\nwant %s", got, want)
	}
	want = strings.NewReplacer("You", "Elif Aydın", "Anna Lindqvist", "you").Replace(want)
	if got := p.lines("anna"); got != want {
		t.Errorf("for the colleague:\n got %s\nwant %s", got, want)
	}
}

// A call is told as it was; its number is for the desk alone.
// What the desk does by itself is said as plainly, and only to whom it concerns.
func TestLinesOfTheDesk(t *testing.T) {
	p := newPlay(t)
	p.place.People["lea"] = desk.Person{ID: "lea", Name: "Lea Moor", Role: desk.Lead, Departments: []desk.DeptID{"down"}}
	dept := p.place.Departments["down"]
	dept.Promises[0].Stale = time.Hour
	p.place.Departments["down"] = dept
	p.do("jonas", desk.Refer{From: "care", To: "down", Reason: "An outage"}).do("jonas", desk.Assign{To: "jonas"})
	run := func(later time.Duration) {
		p.at = p.at.Add(later)
		p.do(desk.System, desk.RunDue{})
	}
	run(2 * time.Hour)
	run(24 * time.Hour)
	run(24 * time.Hour)
	p.do("jonas", desk.Reply{Text: "Try now."})
	run(97 * time.Hour)
	for who, want := range map[desk.PersonID]string{
		"jonas": "The first answer is late; you have this / Docket raised the priority to high, because this has waited three times as long as it should / Nothing was done here for a while: asked you / Nothing was done here for a while: asked you / Nothing was done here for a while: asked Lea Moor",
		"anna":  "The first answer is late; Jonas Reiter has this / Docket raised the priority to high, because this has waited three times as long as it should / Nothing was done here for a while: asked Jonas Reiter / Nothing was done here for a while: asked Jonas Reiter / Nothing was done here for a while: asked Lea Moor",
	} {
		if got := p.lines(who); !strings.Contains(got, want) || !strings.HasSuffix(got, "Docket marked this as solved: there was no answer") {
			t.Errorf("for %s:\n got %s\nwant %s", who, got, want)
		}
	}
}

// Whatever the desk asks somebody of, it says for whom who is away.
func TestLinesOfWhoStandsIn(t *testing.T) {
	p := newPlay(t)
	r := p.reader("anna")
	for reason, want := range map[string]string{
		"fix": "It has a workaround and waits for its fix: asked Lea", "needed": "This is needed soon: asked Lea", "work": "What was planned begins, and nobody has approved it: told Lea",
		"snoozed": "It was put aside until now: told Lea", "reopened": "Opened again for the second time: told Lea", "no_answer": "The customer does not answer an emergency: asked Lea",
		"stale": "Nothing was done here for a while: asked Lea",
	} {
		for away, more := range map[string]string{"": "", "Jonas": ", in place of Jonas, who is away", "Jonas, Bo": ", in place of Jonas and Bo, who are away"} {
			if got := r.nudgedLine(p.ticket, desk.Entry{Kind: desk.Nudged, To: "lea", ToName: "Lea", Reason: reason, Away: away}); got != want+more {
				t.Errorf("got %q, want %q", got, want+more)
			}
		}
	}
}

func TestLinesOfCalls(t *testing.T) {
	talk := func(way desk.Direction, out desk.CallOutcome, minutes int) desk.Talk {
		return desk.Talk{With: "elif", Number: "+49 30 12", Direction: way, Outcome: out, Minutes: minutes, Started: noon.Add(time.Minute)}
	}
	p := newPlay(t).
		do("jonas", desk.LogCall{Talk: talk(desk.Outgoing, desk.Spoke, 1)}).
		do("jonas", desk.LogCall{Talk: talk(desk.Outgoing, desk.NoAnswer, 0)}).
		do("jonas", desk.LogCall{Talk: talk(desk.Outgoing, desk.Voicemail, 1), NoMessage: "reads none"}).
		do("jonas", desk.LogCall{Talk: talk(desk.Incoming, desk.Spoke, 4)}).
		do("jonas", desk.LogCall{Talk: talk(desk.Incoming, desk.Voicemail, 1), Text: "Hurry"}).
		do("jonas", desk.LogCall{Talk: talk(desk.Incoming, desk.NoAnswer, 0)})
	p.at = p.at.Add(time.Hour)
	p.do("jonas", desk.RecordChat{WithName: "Frau Blum", Started: noon.Add(10 * time.Minute), Text: "hello"})
	lines := func(who desk.PersonID) string {
		var out []string
		for _, e := range p.entries {
			if !p.actor(who).Role.Staff() {
				if _, ok := access.CustomerEntry(e); !ok {
					continue
				}
				e.Talk.Number = "" // access has a test for that
			}
			if l := new(session).entryView(p.reader(who), p.ticket, e).Line; wrote(e.Kind) && l != "" {
				out = append(out, l)
			}
		}
		return strings.Join(out, " / ")
	}
	at := noon.Add(10 * time.Minute).Local().Format("15:04")
	early := ", " + noon.Add(time.Minute).Local().Format("15:04")
	want := "You called Elif Aydın (+49 30 12), 1 minute / You called Elif Aydın (+49 30 12), nobody answered / " +
		"You called Elif Aydın (+49 30 12) and left a voicemail / No message went with the voicemail: reads none / " +
		"You took a call from Elif Aydın (+49 30 12), 4 minutes / You noted a voicemail from Elif Aydın (+49 30 12) / " +
		"You noted a missed call from Elif Aydın (+49 30 12)" + early + " / You kept a chat with Frau Blum, " + at
	if got := lines("jonas"); got != want {
		t.Errorf("for who called:\n got %s\nwant %s", got, want)
	}
	want = strings.NewReplacer("You", "Jonas Reiter", "Elif Aydın (+49 30 12)", "you", "No message went with the voicemail: reads none / ", "").Replace(want)
	if got := lines("elif"); got != want {
		t.Errorf("for the customer:\n got %s\nwant %s", got, want)
	}
}

func TestLinesOfMovesByHand(t *testing.T) {
	p := newPlay(t).
		do("jonas", desk.SetStatus{From: desk.New, To: desk.Triage}).
		do("jonas", desk.SetStatus{From: desk.Triage, To: desk.WaitingCustomer, Reason: "no log"}).
		do("jonas", desk.SetStatus{From: desk.WaitingCustomer, To: desk.OnHold})
	for who, want := range map[desk.PersonID]string{
		"elif":  "Jonas Reiter looked at this / Jonas Reiter left the next step to you: no log / Jonas Reiter put this on hold",
		"jonas": "You looked at this / You left the next step to Elif: no log / You put this on hold",
	} {
		if got := strings.TrimPrefix(p.lines(who), "“502” / "); got != want {
			t.Errorf("%s reads\n%s, want\n%s", who, got, want)
		}
	}
}

func TestWhomALetterAddresses(t *testing.T) {
	p := newPlay(t).do("elif", desk.SetCCs{Add: []desk.PersonID{"mert"}}).do("jonas", desk.Reply{Text: "Try now."})
	open, reply := p.entries[0], p.entries[2]
	for _, c := range []struct {
		who      desk.PersonID
		e        desk.Entry
		to, role string
	}{
		{"elif", open, "to Care, cc Mert", "Papierladen Nord"},
		{"jonas", reply, "to Elif, cc Mert", "Mail & DNS"},
		{"mert", reply, "to Elif, cc you", "Mail & DNS"},
	} {
		r := p.reader(c.who)
		if to, role := r.to(p.ticket, c.e), r.role(p.ticket, c.e); to != c.to || role != c.role {
			t.Errorf("%s: %q and %q, want %q and %q", c.who, to, role, c.to, c.role)
		}
	}
	want := "You | Mert Aydın, in copy | Everyone at Papierladen Nord who may read shared requests | The Care team"
	if got := strings.Join(p.reader("elif").readers(p.ticket), " | "); got != want {
		t.Errorf("readers: %s", got)
	}
}

// The team reads why a priority rose by itself, and why somebody passed a ticket over.
func TestWhatWaitedTooLongInWords(t *testing.T) {
	p := newPlay(t)
	p.ticket, p.entries = nil, nil
	p.do("elif", desk.Open{Subject: "Down", Department: "down"})
	p.at = p.at.Add(time.Hour)
	p.do(desk.System, desk.RunDue{Woke: p.at})
	if got, want := p.lines("jonas"), "Docket raised the priority to high, because this has waited three times as long as it should"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q", got)
	}
	p.do("jonas", desk.Skip{Reason: "not my field"})
	if got := p.lines("anna"); !strings.HasSuffix(got, "Jonas Reiter skipped this in the queue: not my field") {
		t.Errorf("got %q", got)
	}
}

// Whoever is passed on reads how soon they answer there, and when they open.
func TestPassedOnInWords(t *testing.T) {
	p := newPlay(t)
	p.do("jonas", desk.Refer{From: "care", To: "mail", Reason: "a mailbox", Tried: "quota"})
	want := "Jonas Reiter passed this from Care to Mail & DNS: a mailbox. Tried: quota. Usual answer there: within 40 minutes"
	if got := p.lines("elif"); !strings.HasSuffix(got, want) {
		t.Errorf("got %q", got)
	}
	mail := p.place.Departments["mail"]
	mail.Open = desk.Calendar{Zone: "UTC", Week: []desk.Span{{Day: time.Wednesday, From: 8 * 60, To: 9 * 60}}}
	p.place.Departments["mail"] = mail
	p.do("anna", desk.Refer{From: "mail", To: "care", Reason: "no"}).ticket.Steps = nil
	p.do("anna", desk.Refer{From: "care", To: "mail", Reason: "yes"})
	wednesday := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC).Local()
	want = "Mail & DNS: yes. Usual answer there: within 40 minutes. It opens again on Wednesday 18 November at " + wednesday.Format("15:04")
	if got := p.lines("elif"); !strings.HasSuffix(got, want) {
		t.Errorf("got %q", got)
	}
}

// What the desk wrote by itself is told in the language of the window; how soon
// a department says itself that it answers, in none but its own.
func TestTheDesksOwnWordsInGerman(t *testing.T) {
	if err := language.Load(os.DirFS("../frontend/src/lib/language")); err != nil {
		t.Fatal(err)
	}
	language.Speak("de")
	defer language.Speak("en")
	p := newPlay(t)
	mail := p.place.Departments["mail"]
	mail.Reply, mail.Promises = "", []desk.Promise{{FirstReply: 90 * time.Minute}}
	p.place.Departments["mail"] = mail
	p.do("jonas", desk.Refer{From: "care", To: "mail", Reason: "a mailbox"})
	if got, want := p.lines("elif"), "Übliche Antwort dort: innerhalb von 1\u00a0Std. 30\u00a0Min."; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	p.do("anna", desk.Refer{From: "mail", To: "care", Reason: "no"})
	if got, want := p.lines("elif"), "Übliche Antwort dort: within 20 minutes"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for text, want := range map[string]string{"Missed call": "Verpasster Anruf", "Call, 12 minutes": "Anruf, 12 Minuten", "Voicemail, I think": "Voicemail, I think"} {
		last := desk.Ticket{LastBy: "elif", LastText: text}
		if got := p.reader("anna").last(&last); got != "Elif Aydın: "+want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// What is said of being called is plain, and names nobody to customers but who
// acknowledged it.
func TestCallsInWords(t *testing.T) {
	p := newPlay(t)
	p.place.People["lea"] = desk.Person{ID: "lea", Name: "Lea Moor", Role: desk.Lead, Departments: []desk.DeptID{"down"}}
	down := p.place.Departments["down"]
	down.Rota = desk.Rota{
		Zone:       "UTC",
		OnCall:     []desk.Level{{Name: "On-call engineer", Duty: []desk.Duty{{Person: "anna"}}}},
		Escalation: []desk.Level{{Name: "Duty manager", Duty: []desk.Duty{{Person: "lea"}}}},
	}
	p.place.Departments["down"] = down
	p.ticket, p.entries = nil, nil
	p.do("elif", desk.Open{Subject: "Down", Text: "502", Department: "down", Urgency: desk.UrgencyEmergency})
	p.at = p.at.Add(10 * time.Minute)
	p.do(desk.System, desk.RunDue{Woke: p.at})
	p.do("lea", desk.Acknowledge{}).do("elif", desk.Escalate{Reason: "Still down"}).do("elif", desk.Escalate{Reason: "Hurry"}).do("lea", desk.Acknowledge{}).do("lea", desk.Deescalate{Outcome: "Moved"})
	for who, want := range map[desk.PersonID]string{
		"elif": "“502” / Emergency: told the on-call engineer / Nobody had answered: told the duty manager / Lea Moor acknowledged it / " +
			"You escalated this: Still down. We told the duty manager / You added to the escalation: Hurry / Lea Moor acknowledged it / Lea Moor ended the escalation: Moved",
		"lea": "“502” / Emergency: told the on-call engineer / Called Anna Lindqvist / Nobody had answered: told the duty manager / Called you / You acknowledged it / " +
			"Elif Aydın escalated this: Still down. We told the duty manager / Called you / Elif Aydın added to the escalation: Hurry / Called you again / You acknowledged it / You ended the escalation: Moved",
	} {
		var got []string
		for _, e := range p.entries {
			if _, public := access.CustomerEntry(e); (public || p.actor(who).Role.Staff()) && e.Kind != desk.Late {
				if wrote(e.Kind) {
					got = append(got, "“"+e.Text+"”")
				} else {
					got = append(got, p.reader(who).line(p.ticket, e))
				}
			}
		}
		if s := strings.Join(got, " / "); s != want {
			t.Errorf("for %s:\n got %s\nwant %s", who, s, want)
		}
	}
	nobody := desk.Entry{Kind: desk.Escalated, Text: "We wait", Until: noon}
	want := "X escalated this: We wait. Needed by " + noon.Local().Format("Monday 2 January, 15:04") + ". We told the leads; nobody on the path is on duty"
	if got := p.reader("elif").callLine(nobody, "X"); got != want {
		t.Errorf("got %s", got)
	}
}
