package flow_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

var everybody = []desk.PersonID{"rita", "rene", "cora", "nora", "carl", "ed", "eve", "otto", "lea", "cat", "ada", "gone"}

// genArgs draws an argument that often makes sense; it may be anything the
// type can hold.
func genArgs(rt *rapid.T, t *desk.Ticket) desk.Args {
	if t == nil {
		return desk.Open{
			Subject: "Odd", Text: "Please look", Department: pick(rt, desk.DeptID("mail"), "billing", "care"), Org: "kranich",
			Private: rapid.Bool().Draw(rt, "private"), Urgency: pick(rt, "", desk.UrgencyHigh, desk.UrgencyEmergency),
			Claim: desk.Claim{Impact: pick(rt, "", desk.ImpactOne, desk.ImpactEveryone), Severity: pick(rt, "", desk.SeverityDegraded)},
		}
	}
	person := func(label string) desk.PersonID { return rapid.SampledFrom(everybody).Draw(rt, label) }
	status := func() desk.Status {
		return pick(rt, t.Status, desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed)
	}
	switch a := rapid.SampledFrom(desk.Commands()).Draw(rt, "command").(type) {
	case desk.Open:
		return desk.Open{Subject: "Again", Department: "care"}
	case desk.Reply:
		a.Text = pick(rt, "Hello", "", "Thanks\nfor that", "Thanks The ed!")
		a.Then = pick(rt, "", "", status())
		for range rapid.SampledFrom([]int{0, 0, 0, 1, 5, 12}).Draw(rt, "asks") {
			a.Asks = append(a.Asks, desk.NewAsk{Text: pick(rt, "Since when?", "Try again", ""), Step: rapid.Bool().Draw(rt, "step"), Required: rapid.Bool().Draw(rt, "required")})
		}
		a.Refers, a.Corrects = rapid.Uint64Range(0, t.PublicSeq/2+1).Draw(rt, "refers"), rapid.IntRange(0, 5).Draw(rt, "corrects") == 0
		if rapid.Bool().Draw(rt, "plain") {
			a.Refers, a.Corrects = 0, false
		}
		for _, x := range t.Asks {
			if rapid.IntRange(0, 2).Draw(rt, "answers") == 0 {
				a.Answers = append(a.Answers, genAnswer(rt, x))
			}
		}
		if rapid.IntRange(0, 4).Draw(rt, "also") == 0 {
			a.Also = desk.Also{
				Tags: desk.SetTags{Add: []string{pick(rt, "dns", "mail")}}, Assign: desk.Assign{From: t.Assignee, To: pick(rt, "", person("give"))},
				Priority: desk.SetPriority{From: t.Priority, To: pick(rt, "", desk.PriorityHigh)},
			}
		}
		return a
	case desk.AddNote:
		a.Text = "between us"
		if rapid.Bool().Draw(rt, "mention") {
			a.Mentions = []desk.PersonID{person("mentioned")}
		}
		return a
	case desk.CloseTicket:
		a.Reason = pick(rt, "", "worked")
		return a
	case desk.Reopen:
		return a
	case desk.SetStatus:
		return desk.SetStatus{From: pick(rt, t.Status, status()), To: status()}
	case desk.Assign:
		return desk.Assign{From: pick(rt, t.Assignee, person("from")), To: pick(rt, "", person("to")), Promises: genDecided(rt, t)}
	case desk.SetHelpers:
		return desk.SetHelpers{Add: []desk.PersonID{person("add")}, Remove: []desk.PersonID{person("remove")}}
	case desk.Refer:
		return desk.Refer{From: t.Department, To: pick(rt, desk.DeptID("mail"), "servers", "billing", "care"), Reason: "belongs there", Promises: genDecided(rt, t)}
	case desk.SetPriority:
		return desk.SetPriority{From: t.Priority, To: pick(rt, desk.PriorityLow, desk.PriorityHigh, desk.PriorityNormal, desk.PriorityEmergency), Reason: pick(rt, "", "because")}
	case desk.SetCCs:
		return desk.SetCCs{Add: []desk.PersonID{person("add")}, Remove: []desk.PersonID{person("remove")}}
	case desk.Rename:
		return desk.Rename{From: t.Subject, To: pick(rt, "Odd", "Better")}
	case desk.SetType:
		return desk.SetType{From: t.Type, To: pick(rt, desk.Incident, desk.Request, desk.Request, "odd")}
	case desk.Rate:
		return desk.Rate{Score: pick(rt, desk.Good, desk.Bad, "fine"), Comment: pick(rt, "", "quick")}
	case desk.SetLanguage:
		return desk.SetLanguage{From: t.Language, To: pick(rt, "en", "de", "xx")}
	case desk.SetTags:
		return desk.SetTags{Add: []string{pick(rt, "DNS", "mail", "", "two words")}, Remove: []string{pick(rt, "dns", "mail")}}
	case desk.Tick:
		return desk.Tick{Item: pick(rt, "Mailbox", "Computer", "none"), Done: rapid.Bool().Draw(rt, "done")}
	case desk.Approve:
		return desk.Approve{Yes: rapid.Bool().Draw(rt, "yes")}
	case desk.SetTopic:
		return desk.SetTopic{From: t.Topic, To: pick(rt, desk.TopicID("laptop"), "mailbox", "webmail", "none")}
	case desk.FillIn:
		return desk.FillIn{Answers: []desk.Given{{Field: pick(rt, "kind", "model", "who", "odd"), Value: pick(rt, "Laptop", "Desktop", "cora", "carl", "")}}}
	case desk.SetPrivate:
		a.Private = rapid.Bool().Draw(rt, "private")
		return a
	case desk.MarkRead:
		a.Seq = rapid.Uint64Range(0, t.LastSeq+1).Draw(rt, "seq")
		return a
	case desk.LogCall:
		a.Talk = genTalk(rt, t)
		a.Text = pick(rt, "", "We called")
		a.NoMessage = pick(rt, "", "", "she wants none")
		a.Note = pick(rt, "", "between us")
		return a
	case desk.RecordChat:
		talk := genTalk(rt, t)
		a.With, a.WithName, a.Started = talk.With, talk.WithName, talk.Started
		a.Text = pick(rt, "", "Hello\nHello back")
		return a
	case desk.Skip:
		a.Reason = pick(rt, "", "not my field")
		return a
	case desk.PostNotice:
		a.Text = pick(rt, "", "We restart tonight")
		return a
	case desk.RunDue:
		a.Woke = pick(rt, start, start.Add(400*time.Hour))
		return a
	case desk.Escalate:
		a.Reason = pick(rt, "", "we wait", "we wait")
		a.By = pick(rt, time.Time{}, start, start.Add(9000*time.Hour))
		return a
	case desk.Acknowledge:
		return a
	case desk.Deescalate:
		a.Outcome = pick(rt, "", "agreed")
		return a
	case desk.Say:
		a.Chat, a.Begin = pick(rt, t.Live.ID, "k1", "k2", ""), rapid.Bool().Draw(rt, "begin")
		a.Text = pick(rt, "Hello", "Are you there?", "", strings.Repeat("x", 3_900), strings.Repeat("x", 4_001))
		return a
	case desk.JoinChat:
		return desk.JoinChat{Chat: pick(rt, t.Live.ID, "k1"), From: pick(rt, t.Live.By, person("had it"))}
	case desk.EndChat:
		return desk.EndChat{Chat: pick(rt, t.Live.ID, "k1", "")}
	case desk.LinkTicket:
		return desk.LinkTicket{Kindred: pick(rt, desk.Recurred, desk.Recurs, ""), To: pick(rt, desk.TicketID(uuidT), "01890000-0000-7000-8000-00000000000a", "x")}
	case desk.Merge:
		return desk.Merge{Into: pick(rt, desk.TicketID(uuidT), uuidB, "x")}
	case desk.Unmerge:
		return desk.Unmerge{From: pick(rt, t.Into, uuidB)}
	case desk.Split:
		as := pick(rt, "", desk.TicketID(fmt.Sprintf("01890000-0000-7000-8000-%012x", rapid.Uint64Range(1<<20, 1<<40).Draw(rt, "as"))))
		return desk.Split{Message: rapid.Uint64Range(0, t.PublicSeq).Draw(rt, "message"), As: as, Subject: pick(rt, "Another thing", ""), Department: pick(rt, "", desk.DeptID("servers"))}
	case desk.Join:
		return desk.Join{Impact: pick(rt, "", desk.ImpactSite), Severity: pick(rt, "", desk.SeverityStopped, "odd"), Text: pick(rt, "", "Us too"), Leave: rapid.IntRange(0, 3).Draw(rt, "leave") == 0}
	case desk.SettleAsk:
		if len(t.Asks) > 0 {
			return desk.SettleAsk(genAnswer(rt, rapid.SampledFrom(t.Asks).Draw(rt, "ask")))
		}
		return desk.SettleAsk{Ask: "none", State: desk.AskDropped}
	default:
		return genMore(rt, t, a)
	}
}

func genRota(rt *rapid.T, w *world, dept desk.DeptID, who ...string) {
	for _, path := range []string{"oncall", "escalation"} {
		for i := range rapid.IntRange(0, 2).Draw(rt, path) {
			words := []string{path, fmt.Sprint("Level ", i), rapid.SampledFrom(who).Draw(rt, "on duty")}
			if err := w.rota(dept, words); err != nil {
				rt.Fatal(err)
			}
		}
	}
}

func genAnswer(rt *rapid.T, x desk.Ask) desk.Answer {
	return desk.Answer{
		Ask: pick(rt, x.ID, x.ID, x.ID, "none"), Text: pick(rt, "Monday", "Monday", ""),
		State: pick(rt, desk.AskAnswered, desk.AskCannot, desk.AskWorked, desk.AskDidNot, desk.AskCouldNot, desk.AskDropped),
	}
}

func genTalk(rt *rapid.T, t *desk.Ticket) desk.Talk {
	return desk.Talk{
		With: pick(rt, t.Requester, "", "carl"), WithName: pick(rt, "", "Somebody else"), Number: pick(rt, "", "+49 30 1234"),
		Direction: pick(rt, desk.Incoming, desk.Outgoing), Outcome: pick(rt, desk.Spoke, desk.Voicemail, desk.NoAnswer),
		Minutes: rapid.IntRange(-1, 30).Draw(rt, "minutes"),
		Started: start.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(200*time.Hour)).Draw(rt, "started"))),
	}
}

func pick[T any](rt *rapid.T, v ...T) T { return rapid.SampledFrom(v).Draw(rt, "pick") }

// Whatever happens, counters are dense, an internal change leaves the
// customer's form alone, any change of the form costs exactly one public
// version, and a customer's client predicts what the server decides. The
// checks are in world.give.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		for _, dept := range []desk.DeptID{"mail", "billing"} {
			genRota(rt, w, dept, "ed=mon-fri:8-18", "ada", "lea=mon-sun:0-12", "otto", "gone")
		}
		if err := w.policy(pick(rt, desk.DeptID("mail"), "servers", "billing", "care"), []string{"mask=" + pick(rt, "", "Those of ours")}); err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(5, 60).Draw(rt, "steps") {
			w.now = w.now.Add(time.Duration(rapid.Int64Range(0, int64(80*time.Hour)).Draw(rt, "later")))
			if rapid.IntRange(0, 9).Draw(rt, "promise") == 0 {
				w.promise(pick(rt, desk.DeptID("mail"), "billing"), pick(rt, "1h 2h", "3h 4h always"), pick(rt, "low 9h 9h", "high 5m 6m"))
			}
			who := rapid.SampledFrom(append([]desk.PersonID{desk.System}, everybody...)).Draw(rt, "who")
			basis := w.last(w.actor(who))
			if basis > 0 && rapid.Bool().Draw(rt, "stale") {
				basis -= rapid.Uint64Range(0, basis).Draw(rt, "missed")
			}
			_, err := w.give(who, basis, w.now, genArgs(rt, w.t))
			if err != nil && strings.HasPrefix(err.Error(), "BROKEN") {
				rt.Fatalf("%s: %v", who, err)
			}
			var e *desk.Error
			if err != nil && (!errors.As(err, &e) || e.Message == "" || e.Code == desk.CodeInternal) {
				rt.Fatalf("%s: not an error for people: %v", who, err)
			}
			if w.t != nil && len(w.t.Steps) > 16 {
				rt.Fatalf("the head grows with its history: %d steps", len(w.t.Steps))
			}
			if w.t != nil && len(mustJSON(w.t.Live)) > 120_000 {
				rt.Fatalf("the head grows with its chat: %d lines", len(w.t.Live.Lines))
			}
			if w.t != nil && len(w.t.Asks) > 40 {
				rt.Fatalf("the head grows with its history: %d questions", len(w.t.Asks))
			}
		}
	})
}

// Two desks live through the same public events, one of them also through
// notes, mentions and priorities. Customers must get the same bytes
// (RELIABILITY T02).
func TestInternalEventsAreInvisible(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		loud, quiet := newWorld(), newWorld()
		n := 0
		// Whom a page calls may do as the department does: here, who may anyway.
		genRota(rt, loud, "mail", "ada")
		quiet.place = loud.place
		for range rapid.IntRange(5, 40).Draw(rt, "steps") {
			later := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(rt, "later"))
			loud.now, quiet.now = loud.now.Add(later), quiet.now.Add(later)
			who := rapid.SampledFrom(everybody).Draw(rt, "who")
			args := genArgs(rt, quiet.t)
			if r, ok := args.(desk.MarkRead); ok {
				r.Seq = 1 << 40 // all there is, in either desk
				args = r
			}
			n += 100
			internal := args.Kind() == desk.CmdNote || args.Kind() == desk.CmdPriority
			if args.Kind() == desk.CmdSkip {
				internal = quiet.t.Assignee != who // else it is put back, which customers see
			}
			for _, w := range []*world{loud, quiet} {
				if internal && w == quiet {
					continue
				}
				w.n = n
				_, err := w.give(who, w.last(w.actor(who)), w.now, args)
				if err != nil && strings.HasPrefix(err.Error(), "BROKEN") {
					rt.Fatalf("%s: %v", who, err)
				}
			}
		}
		if got, want := public(loud), public(quiet); got != want {
			rt.Fatalf("notes show:\n%s\nwithout them:\n%s", got, want)
		}
	})
}

func public(w *world) string {
	if w.t == nil {
		return ""
	}
	out := fmt.Sprintf("%+v\n", access.Customer(w.t))
	for _, e := range w.entries {
		if c, ok := access.CustomerEntry(e); ok {
			out += fmt.Sprintf("%+v\n", c)
		}
	}
	return out + fmt.Sprint(access.LanesOf(&desk.Ticket{Requester: w.t.Requester, CCs: w.t.CCs, Org: w.t.Org, Private: w.t.Private, People: w.t.People}))
}

func TestLimits(t *testing.T) {
	file := func(name string, size int64) desk.Attachment {
		return desk.Attachment{Hash: desk.BlobHash(strings.Repeat("0", 64)), Name: name, Size: size}
	}
	reply := func(f ...desk.Attachment) desk.Args { return desk.Reply{Text: "see file", Files: f} }
	open := func(subject string) desk.Args { return desk.Open{Subject: subject, Department: "care"} }
	for _, c := range []struct {
		name string
		args desk.Args
		want desk.Code
	}{
		{"subject of 200 characters", open(strings.Repeat("ä", 200)), ""},
		{"subject of 201 characters", open(strings.Repeat("ä", 201)), desk.CodeInvalid},
		{"subject of line ends", open("\n\t\r\n"), desk.CodeInvalid},
		{"subject of control characters", open("\x00\x07"), desk.CodeInvalid},
		{"subject that is no text", open("\xff\xfe"), desk.CodeInvalid},
		{"text of 100,000 bytes", desk.Reply{Text: strings.Repeat("x", 100_000)}, ""},
		{"text of 100,001 bytes", desk.Reply{Text: strings.Repeat("x", 100_001)}, desk.CodeTooLarge},
		{"text that is no text", desk.Reply{Text: "a\xc3"}, desk.CodeInvalid},
		{"text of one NUL", desk.Reply{Text: "\x00"}, desk.CodeInvalid},
		{"file of 20 MB", reply(file("a.bin", 20_000_000)), ""},
		{"file of 20 MB and one byte", reply(file("a.bin", 20_000_001)), desk.CodeTooLarge},
		{"empty file", reply(file("a.bin", 0)), ""},
		{"file of negative size", reply(file("a.bin", -1)), desk.CodeInvalid},
		{"twenty files", reply(slices.Repeat([]desk.Attachment{file("a.bin", 1)}, 20)...), ""},
		{"twenty-one files", reply(slices.Repeat([]desk.Attachment{file("a.bin", 1)}, 21)...), desk.CodeInvalid},
		{"file without a hash", reply(desk.Attachment{Name: "a", Hash: "xyz"}), desk.CodeInvalid},
		{"file with a path", reply(file("../../etc/passwd", 1)), desk.CodeInvalid},
		{"file with a Windows path", reply(file(`a\b`, 1)), desk.CodeInvalid},
		{"file named ..", reply(file("..", 1)), desk.CodeInvalid},
		{"file named with a space only", reply(file(" ", 1)), desk.CodeInvalid},
		{"file that reads backwards", reply(file("cod\u202efdp.exe", 1)), desk.CodeInvalid},
		{"file with a line end", reply(file("a\nb", 1)), desk.CodeInvalid},
		{"file with an Arabic name", reply(file("تقرير.pdf", 1)), ""},
		{"file with a name of 256 bytes", reply(file(strings.Repeat("n", 256), 1)), desk.CodeInvalid},
		{"urgency nobody knows", desk.Open{Subject: "s", Department: "care", Urgency: "panic"}, desk.CodeInvalid},
		{"reference of no kind", desk.Open{Subject: "s", Department: "care", Refs: []desk.Reference{{Kind: "x", ID: "y"}}}, desk.CodeInvalid},
		{"reference without a name", desk.Open{Subject: "s", Department: "care", Refs: []desk.Reference{{Kind: "text"}}}, desk.CodeInvalid},
		{"too many references", desk.Open{Subject: "s", Department: "care", Refs: make([]desk.Reference, 21)}, desk.CodeInvalid},
		{"nothing", nil, desk.CodeInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			if _, isOpen := c.args.(desk.Open); !isOpen {
				if _, err := w.give("rita", 0, w.now, open("Odd")); err != nil {
					t.Fatal(err)
				}
			}
			st := w.state(w.actor("rita"), 1)
			_, err := flow.Decide(st, desk.Command{ID: "c", Ticket: uuidT, Args: c.args}, w.actor("rita"), w.now)
			if got := code(err); got != c.want {
				t.Fatalf("got %q (%v), want %q", got, err, c.want)
			}
			if err != nil && (desk.AsError(err).Hint == "" || !strings.HasSuffix(desk.AsError(err).Message, ".")) {
				t.Errorf("no sentence with a hint: %+v", err)
			}
		})
	}
}

func TestTooLargeNamesBothNumbers(t *testing.T) {
	w := newWorld()
	if _, err := w.give("rita", 0, w.now, desk.Open{Subject: "Odd", Department: "care"}); err != nil {
		t.Fatal(err)
	}
	_, err := w.give("rita", 1, w.now, desk.Reply{Files: []desk.Attachment{{Name: "film.mp4", Size: 20_000_001, Hash: desk.BlobHash(strings.Repeat("0", 64))}}})
	if m := desk.AsError(err).Message; !strings.Contains(m, "20,000,001") || !strings.Contains(m, "20,000,000") || !strings.Contains(m, "film.mp4") {
		t.Errorf("got %q", m)
	}
}

func TestTextIsKeptAsItIs(t *testing.T) {
	w := newWorld()
	text := "  func main() {\r\n\tx := \"smart\"\x00\n}\n\n"
	ch, err := w.give("rita", 0, w.now, desk.Open{Subject: "Odd \n one", Department: "care", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ch.Entries[0].Text, "  func main() {\n\tx := \"smart\"\n}\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if ch.Ticket.Subject != "Odd one" {
		t.Errorf("got subject %q", ch.Ticket.Subject)
	}
	if want := `func main() { x := "smart" }`; ch.Ticket.LastText != want || ch.Ticket.PublicLast != want {
		t.Errorf("got lines %q and %q", ch.Ticket.LastText, ch.Ticket.PublicLast)
	}
}

func TestEntryIDs(t *testing.T) {
	w := newWorld()
	if _, err := w.give("rita", 0, w.now, desk.Open{Subject: "Odd", Department: "billing"}); err != nil {
		t.Fatal(err)
	}
	ch, err := w.give("ada", 1, w.now, desk.Reply{Text: "Hello"})
	if err != nil {
		t.Fatal(err)
	}
	var got []desk.EntryID
	for _, e := range ch.Entries {
		got = append(got, e.ID)
	}
	if want := []desk.EntryID{"c2", "c2-1", "c2-2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHeldSaysWho(t *testing.T) {
	w := newWorld()
	for _, s := range []struct {
		who  desk.PersonID
		args desk.Args
	}{{"rita", desk.Open{Subject: "Odd", Department: "billing"}}, {"ada", desk.Reply{Text: "Hello"}}} {
		if _, err := w.give(s.who, w.last(w.actor(s.who)), w.now, s.args); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.give("rita", 1, w.now, desk.Reply{Text: "Hurry"})
	if !errors.Is(err, desk.ErrHeld) || !strings.Contains(desk.AsError(err).Message, "The ada wrote") {
		t.Errorf("got %v", err)
	}
	newer := flow.Newer(w.state(w.actor("rita"), 1).Tail, w.actor("rita"))
	if len(newer) != 1 || newer[0].Text != "Hello" {
		t.Errorf("got %+v", newer)
	}
}

func TestCCLimit(t *testing.T) {
	w := newWorld()
	var many []desk.PersonID
	for i := range 101 {
		id := desk.PersonID(fmt.Sprintf("n%d", i))
		w.place.People[id] = customer(id, "kranich", desk.OrgNone)
		many = append(many, id)
	}
	if _, err := w.give("ed", 0, w.now, desk.Open{Subject: "Odd", Department: "mail", CCs: many}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("101 in CC: got %v", err)
	}
	if _, err := w.give("ed", 0, w.now, desk.Open{Subject: "Odd", Department: "mail", CCs: many[:100]}); err != nil {
		t.Errorf("100 in CC: got %v", err)
	}
}

const uuidB = "01890000-0000-7000-8000-0000000000b1"

// Merging and taking apart again gives back both tickets, whatever they went
// through before: only what the conversation tells of it stays (BEHAVIOURS N12).
func TestUnmergeIsTheIdentity(t *testing.T) {
	merged := 0
	rapid.Check(t, func(rt *rapid.T) {
		a := newWorld()
		b := a.another(uuidB)
		for _, w := range []*world{a, b} {
			for range rapid.IntRange(1, 25).Draw(rt, "steps") {
				later := time.Duration(rapid.Int64Range(0, int64(20*time.Hour)).Draw(rt, "later"))
				a.now = a.now.Add(later)
				b.now = a.now
				args := genArgs(rt, w.t)
				switch args.Kind() {
				case desk.CmdMerge, desk.CmdUnmerge, desk.CmdSplit:
					continue
				}
				who := pick(rt, "rita", "ada", "ada", desk.System, "ed", "cora")
				if w.t == nil {
					who = "rita"
				}
				_, err := w.give(who, w.last(w.actor(who)), w.now, args)
				if err != nil && strings.HasPrefix(err.Error(), "BROKEN") {
					rt.Fatal(err)
				}
			}
		}
		if a.t == nil || b.t == nil {
			return
		}
		for _, w := range []*world{a, b} {
			if _, err := w.give(desk.System, w.t.LastSeq, w.now, desk.RunDue{}); err != nil {
				rt.Fatal(err)
			}
		}
		wasA, wasB := *a.t, *b.t
		_, err := b.give("ada", b.last(b.actor("ada")), b.now, desk.Merge{Into: a.id})
		if err != nil && strings.HasPrefix(err.Error(), "BROKEN") {
			rt.Fatal(err)
		}
		if err != nil {
			return
		}
		merged++
		if policy.Above(b.t.Priority, a.t.Priority) {
			rt.Fatalf("priority fell from %s to %s", b.t.Priority, a.t.Priority)
		}
		if _, err := b.give("ada", b.last(b.actor("ada")), b.now, desk.Unmerge{From: a.id}); err != nil {
			rt.Fatal(err)
		}
		for was, is := range map[*desk.Ticket]*desk.Ticket{&wasA: a.t, &wasB: b.t} {
			if x, y := withoutHistory(was), withoutHistory(is); !reflect.DeepEqual(x, y) {
				rt.Fatalf("before\n%+v\nafter\n%+v", x, y)
			}
		}
	})
	if merged == 0 {
		t.Error("nothing was ever merged")
	}
}

// withoutHistory leaves out what counts and dates the conversation.
func withoutHistory(t *desk.Ticket) desk.Ticket {
	x := clone(*t)
	x.Version, x.LastSeq, x.PublicVersion, x.PublicSeq = 0, 0, 0, 0
	x.Updated, x.PublicUpdated = time.Time{}, time.Time{}
	return x
}
