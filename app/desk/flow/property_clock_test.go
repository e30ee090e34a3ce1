package flow_test

import (
	"bytes"
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

// ourTurn promises everything there is to promise.
func ourTurn(w *world) {
	w.promise("care", "20m 40m assign=30m solve=5h stale=3h", "high 10m 20m assign=10m solve=2h stale=1h")
	w.promise("mail", "4h 8h assign=1h solve=9h stale=7h", "high 1h 2h assign=30m solve=4h", "emergency 15m 30m always assign=10m solve=90m")
	w.promise("billing", "8h 8h assign=2h solve=20h stale=20h", "low 16h 16h")
}

// live draws a history and shows each step that did something: the head before
// it, nil at first, and after it. Time may stand still; back lets it go back, as
// when the server's clock is set.
func live(rt *rapid.T, w *world, steps int, back time.Duration, seen func(before *desk.Ticket, ch desk.Change)) {
	for range steps {
		w.now = w.now.Add(time.Duration(rapid.Int64Range(int64(-back/time.Millisecond), int64(40*time.Hour/time.Millisecond)).Draw(rt, "later")) * time.Millisecond)
		who := rapid.SampledFrom(append([]desk.PersonID{desk.System, "ada", "ada"}, everybody...)).Draw(rt, "who")
		before := w.t
		ch, err := w.give(who, w.last(w.actor(who)), w.now, genArgs(rt, w.t))
		switch {
		case err != nil && strings.HasPrefix(err.Error(), "BROKEN"):
			rt.Fatalf("%s: %v", who, err)
		case err == nil && !ch.HeadSame:
			seen(before, ch)
		}
	}
}

// A clock never runs backwards: what was used of the time to solve stays used,
// whatever happens, to the server's own clock too; and a deadline moves with
// nothing but what it follows from, so with no promise that is changed.
func TestNoClockRunsBackwards(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		ourTurn(w)
		live(rt, w, rapid.IntRange(5, 50).Draw(rt, "steps"), 20*time.Hour, func(before *desk.Ticket, ch desk.Change) {
			after := &ch.Ticket
			if before == nil {
				return
			}
			if after.Clocks.Used < before.Clocks.Used {
				rt.Fatalf("%s of the time to solve were used, and now %s", before.Clocks.Used, after.Clocks.Used)
			}
			same := after.Department == before.Department && after.Priority == before.Priority
			if same && after.Clocks.Since.Equal(before.Clocks.Since) && !after.Clocks.Resolve.Equal(before.Clocks.Resolve) {
				rt.Fatalf("the deadline to solve went from %s to %s while its clock ran", before.Clocks.Resolve, after.Clocks.Resolve)
			}
			if same && policy.Owed(before) && policy.Owed(after) && before.DueSince.Equal(after.DueSince) {
				if !after.Due.Equal(before.Due) || !after.PublicDue.Equal(before.PublicDue) {
					rt.Fatalf("a reply was due by %s and is by %s, told %s and %s", before.Due, after.Due, before.PublicDue, after.PublicDue)
				}
			}
			if !after.PublicDue.IsZero() && after.Due.After(after.PublicDue) {
				rt.Fatalf("due by %s, and customers were told %s", after.Due, after.PublicDue)
			}
			if same && before.Assignee == "" && after.Assignee == "" && !before.Status.Done() && !after.Status.Done() && !after.Clocks.Assign.Equal(before.Clocks.Assign) {
				rt.Fatalf("somebody was to have it by %s and is by %s", before.Clocks.Assign, after.Clocks.Assign)
			}
			if rapid.IntRange(0, 4).Draw(rt, "edit") == 0 {
				w.promise(after.Department, "2h 3h assign=3h solve=11h stale=2h")
			}
		})
	})
}

// Standing still and going on at once changes no clock but the one that counts
// since when the team did something.
func TestPausingChangesNothing(t *testing.T) {
	paused := 0
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		ourTurn(w)
		live(rt, w, rapid.IntRange(3, 30).Draw(rt, "steps"), 0, func(*desk.Ticket, desk.Change) {})
		if w.t == nil || w.t.Status != desk.Triage && w.t.Status != desk.InProgress {
			return
		}
		paused++
		before, from := *w.t, w.t.Status
		for _, s := range []desk.SetStatus{
			{From: from, To: pick(rt, desk.OnHold, desk.WaitingThirdParty, desk.WaitingCustomer)}, {To: from},
		} {
			if s.From == "" {
				s.From = w.t.Status
			}
			if _, err := w.give("ada", w.last(w.actor("ada")), w.now, s); err != nil {
				rt.Fatal(err)
			}
		}
		got, want := clocksOf(w, w.t), clocksOf(w, &before)
		if got != want {
			rt.Fatalf("after a pause of no time:\n%s\nwithout it:\n%s", got, want)
		}
	})
	if paused == 0 {
		t.Error("nothing was ever paused")
	}
}

// clocksOf is what runs, with how much of the time to solve is left.
func clocksOf(w *world, t *desk.Ticket) string {
	used := t.Clocks.Used
	if !t.Clocks.Since.IsZero() {
		used += policy.Worked(t, w.place.Departments[t.Department], t.Clocks.Since, w.now)
	}
	solve := since(t.Clocks.Resolve)
	if !t.Clocks.Resolve.IsZero() && !t.Clocks.Resolve.After(w.now) {
		solve = "over" // what is used up is due at once, whenever that is
	}
	return strings.Join([]string{
		"due " + since(t.Due), "told " + since(t.PublicDue), "owed " + since(t.DueSince), "waits " + since(t.WaitingSince),
		"assign " + since(t.Clocks.Assign), "solve " + solve, "used " + used.String(), "late " + join(t.Clocks.Late),
		"ages " + since(t.Clocks.Age), "kind " + string(t.DueKind),
	}, ", ")
}

// Business time is additive: what the head has counted is what a bookkeeper
// adds up who writes down every stretch of our turn by itself.
func TestUsedTimeIsTheSumOfItsParts(t *testing.T) {
	counted := time.Duration(0)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		ourTurn(w)
		var sum time.Duration
		var last time.Time
		live(rt, w, rapid.IntRange(5, 40).Draw(rt, "steps"), 0, func(before *desk.Ticket, ch desk.Change) {
			if before != nil && needsUs(before) {
				sum += policy.Worked(before, w.place.Departments[before.Department], last, w.now)
			}
			last = w.now
			got := ch.Ticket.Clocks.Used
			if at := ch.Ticket.Clocks.Since; !at.IsZero() {
				got += policy.Worked(&ch.Ticket, w.place.Departments[ch.Ticket.Department], at, w.now)
			}
			if got != sum {
				rt.Fatalf("the head says %s, the bookkeeper %s", got, sum)
			}
			counted += sum
		})
	})
	if counted == 0 {
		t.Error("nothing was ever counted")
	}
}

// A ticket lies in the lane of exactly one department, which there is, and is
// always in exactly one of these: its queue, somebody's hands, waiting, or done.
func TestInExactlyOneQueue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		live(rt, w, rapid.IntRange(5, 50).Draw(rt, "steps"), time.Hour, func(_ *desk.Ticket, ch desk.Change) {
			x := &ch.Ticket
			n := 0
			for _, l := range access.LanesOf(x) {
				if d, ok := strings.CutPrefix(string(l), "s/dept/"); ok {
					if n++; w.place.Departments[desk.DeptID(d)].ID == "" {
						rt.Fatalf("it lies in %s, which there is not", l)
					}
				}
			}
			waiting := x.Status == desk.WaitingCustomer || x.Status == desk.WaitingThirdParty || x.Status == desk.OnHold || x.Assignee == "" && needsUs(x) && policy.Snoozed(x)
			held := x.Assignee != "" && needsUs(x)
			places := 0
			for _, in := range []bool{policy.Queued(x), held, waiting, x.Status.Done()} {
				if in {
					places++
				}
			}
			if n != 1 || places != 1 {
				rt.Fatalf("in %d departments and %d places: %s of %q in %q", n, places, x.Status, x.Assignee, x.Department)
			}
			if policy.Queued(x) && (x.Clocks.Since.IsZero() || !policy.InView(policy.ViewUnassigned, x, w.actor("ada"))) {
				rt.Fatalf("in the queue, and its clock stands or no list has it: %+v", x.Clocks)
			}
		})
	})
}

// Of any two tickets that need us exactly one comes first, and the server,
// which orders heads, and a client, which has decoded what it was sent, agree.
func TestBothEndsAgreeOnTheQueue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all []*desk.Ticket
		for i := range rapid.IntRange(2, 6).Draw(rt, "tickets") {
			w := newWorld()
			live(rt, w, rapid.IntRange(1, 12).Draw(rt, "steps"), 0, func(*desk.Ticket, desk.Change) {})
			if w.t == nil || !needsUs(w.t) || policy.Snoozed(w.t) {
				continue
			}
			x := *w.t
			x.ID = desk.TicketID(uuidT[:35] + string(rune('a'+i)))
			all = append(all, &x)
		}
		server, client := slices.Clone(all), []*desk.Ticket{}
		for i := range all {
			x := clone(*all[len(all)-1-i])
			client = append(client, &x)
		}
		slices.SortFunc(server, func(x, y *desk.Ticket) int { return bytes.Compare(policy.Place(x), policy.Place(y)) })
		me := w0.actor("ada")
		slices.SortFunc(client, func(x, y *desk.Ticket) int { return bytes.Compare(policy.SortKey(x, me), policy.SortKey(y, me)) })
		for i := range server {
			if server[i].ID != client[i].ID {
				rt.Fatalf("at %d the server has %s and the client %s", i, server[i].ID, client[i].ID)
			}
			if i > 0 && bytes.Compare(policy.Place(server[i-1]), policy.Place(server[i])) >= 0 {
				rt.Fatalf("neither of two comes first: %s and %s", server[i-1].ID, server[i].ID)
			}
		}
	})
}

var w0 = newWorld()

// What a member of the team is shown before the server has answered is what the
// server decides when nothing intervened: the same in every part, on what their
// computer has decoded of the ticket and of the place. (For customers, world.give holds it for every command.)
func TestStaffPredictsTheServer(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		ourTurn(w)
		ed := w.place.People["ed"] // and eve is asked for what is his
		ed.Away = desk.Absence{From: start, Until: start.AddDate(1, 0, 0), Substitute: "eve"}
		w.place.People["ed"] = ed
		if _, err := w.give("rita", 0, w.now, desk.Open{Subject: "Odd", Text: "Please look", Department: "mail", Org: "kranich"}); err != nil {
			rt.Fatal(err)
		}
		if rapid.Bool().Draw(rt, "passed over") {
			if _, err := w.give("cat", 1, w.now, desk.Skip{Reason: "not mine"}); err != nil {
				rt.Fatal(err)
			}
		} else if _, err := w.give("ada", 1, w.now, desk.Assign{To: "ed"}); err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(5, 40).Draw(rt, "steps") {
			w.now = w.now.Add(time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(rt, "later")))
			who := rapid.SampledFrom([]desk.PersonID{"ada", "cat", "ed", "lea", "otto", "rita"}).Draw(rt, "who")
			args, a := genArgs(rt, w.t), w.actor(who)
			st := w.state(a, w.last(a))
			cmd := desk.Command{ID: desk.CommandID("c" + string(rune('0'+w.n%10))), Ticket: uuidT, Basis: w.last(a), Composed: w.now, Args: args}
			if args.Kind() == desk.CmdOpen {
				st.Ticket = w.t
			}
			mine, mineErr := flow.Decide(clone(st), cmd, a, w.now)
			theirs, theirErr := flow.Decide(st, cmd, a, w.now)
			if code(mineErr) != code(theirErr) {
				rt.Fatalf("%s: predicted %v, decided %v", who, mineErr, theirErr)
			}
			// Not as it is written, which leaves out of both what is not written.
			if differ := differs("", reflect.ValueOf(mine), reflect.ValueOf(theirs)); differ != "" {
				rt.Fatalf("%s %s: predicted\n%+v, the server decided\n%+v\nwhich differ in %s", who, args.Kind(), mine, theirs, differ)
			}
			if _, err := w.give(who, w.last(a), w.now, args); err != nil && strings.HasPrefix(err.Error(), "BROKEN") {
				rt.Fatal(err)
			}
		}
	})
}

// differs names the first part in which two values say something else, "" for
// none: an instant is the same in every zone, and nothing is as much as none.
func differs(at string, x, y reflect.Value) string {
	if t, is := x.Interface().(time.Time); is {
		if !t.Equal(y.Interface().(time.Time)) {
			return at
		}
		return ""
	}
	switch x.Kind() {
	case reflect.Pointer, reflect.Interface:
		if x.IsNil() || y.IsNil() {
			if x.IsNil() != y.IsNil() {
				return at
			}
			return ""
		}
		return differs(at, x.Elem(), y.Elem())
	case reflect.Struct:
		for i := range x.NumField() {
			if d := differs(at+"."+x.Type().Field(i).Name, x.Field(i), y.Field(i)); d != "" {
				return d
			}
		}
	case reflect.Slice:
		if x.Len() != y.Len() {
			return at
		}
		for i := range x.Len() {
			if d := differs(fmt.Sprintf("%s[%d]", at, i), x.Index(i), y.Index(i)); d != "" {
				return d
			}
		}
	default:
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			return at
		}
	}
	return ""
}
