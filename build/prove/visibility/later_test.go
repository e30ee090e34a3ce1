package visibility_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/build/prove/proof"
	"docket/build/prove/town"
)

// later holds from where somebody in CC reads against what they were told, for
// what the random desks have too rarely: who goes on as somebody else, and all
// the places in a head where something can have been said.
func later(run *proof.Run) {
	r := rand.New(rand.NewPCG(run.Seed, 11))
	for range 3000 {
		begins(run, r)
	}
	forms(run)
}

// begins makes a ticket of some people, some of whom go on as one of them.
func begins(run *proof.Run, r *rand.Rand) {
	all := []desk.PersonID{"ann", "bob", "cat", "dan"}
	t := desk.Ticket{Requester: town.Pick(r, all), Org: "o1", Private: r.IntN(2) == 0}
	reads := map[desk.PersonID]uint64{} // by themselves; nothing for who has no part
	for _, p := range all {
		switch {
		case p == t.Requester:
			reads[p] = 1
		case r.IntN(3) > 0:
			t.CCs = append(t.CCs, p)
			if reads[p] = 1; r.IntN(2) == 0 {
				s := desk.Since{Person: p, Seq: uint64(1 + r.IntN(8)), At: town.Start}
				t.Later, reads[p] = append(t.Later, s), s.Seq+1
			}
			if r.IntN(4) == 0 && t.Approval.By == "" {
				t.Approval.By = p
				reads[p] = 1
			}
		}
	}
	staff := desk.PersonID("")
	if len(t.CCs) > 0 && r.IntN(5) == 0 {
		staff = town.Pick(r, t.CCs)
		t.People = []desk.Named{{ID: staff, Staff: true}}
	}
	into := town.Pick(r, all)
	own := slices.Contains(t.CCs, into)
	for _, p := range all {
		if p == into || reads[p] == 0 || p == staff || into == staff || r.IntN(3) > 0 {
			continue
		}
		t.Handed = append(t.Handed, desk.Handed{
			From: p, Into: into, Requester: t.Requester == p, CC: slices.Contains(t.CCs, p), Approver: t.Approval.By == p, Own: own,
		})
		if t.CCs = slices.DeleteFunc(t.CCs, func(x desk.PersonID) bool { return x == p }); t.Requester == p {
			t.Requester = into
			t.CCs = slices.DeleteFunc(t.CCs, func(x desk.PersonID) bool { return x == into })
		}
		if t.Approval.By == p {
			t.Approval.By = into
		}
		if t.Requester != into && !slices.Contains(t.CCs, into) {
			t.CCs = append(t.CCs, into)
		}
		if reads[into] == 0 || reads[p] < reads[into] {
			reads[into] = reads[p]
		}
		delete(reads, p)
	}
	for _, p := range all {
		if reads[p] == 0 {
			continue
		}
		a := desk.Actor{Person: p, Role: desk.Customer}
		want := reads[p]
		if r.IntN(3) == 0 {
			m := desk.Membership{Org: town.Pick(r, []desk.OrgID{"o1", "o2"}), Access: town.Pick(r, []desk.OrgAccess{desk.OrgNone, desk.OrgRead, desk.OrgComment})}
			a.Memberships = []desk.Membership{m}
			if m.Org == t.Org && m.Access != desk.OrgNone && !t.Private {
				want = 1
			}
		}
		if p == staff {
			a.Role, want = desk.Engineer, 1
		}
		got, at := access.Begins(a, &t)
		if got != want || (got > 1) != at.Equal(town.Start) {
			run.Fail("-n 1", "%+v reads from %d since %v, and should from %d: %+v", a, got, at, want, t)
		}
		if found := slices.ContainsFunc(access.Later(&t), func(s desk.Since) bool { return s.Person == p }); p == staff && found || len(a.Memberships) == 0 && found != (want > 1) {
			run.Fail("-n 1", "that %s came in later is said: %t, and they read from %d: %+v", p, found, want, t)
		}
	}
	run.Add("begins", 1)
}

// sayings are the places in a customer's head where words stand, each with how
// they are said at a place of the conversation, at a time.
var sayings = map[string]func(c *desk.CustomerTicket, text string, seq uint64, at time.Time){
	"the last words": func(c *desk.CustomerTicket, text string, seq uint64, _ time.Time) { c.LastText, c.Said = text, seq },
	"a question": func(c *desk.CustomerTicket, text string, seq uint64, _ time.Time) {
		c.Asks = append(c.Asks, desk.Ask{Text: text, Seq: seq})
	},
	"a promise": func(c *desk.CustomerTicket, text string, seq uint64, _ time.Time) {
		c.Pledges = append(c.Pledges, desk.Pledge{Text: text, Seq: seq})
	},
	"a workaround": func(c *desk.CustomerTicket, text string, seq uint64, at time.Time) {
		c.Workaround = desk.Workaround{Text: text, Message: seq, At: at}
	},
	"a yes": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Approval = desk.Approval{Reason: text, At: at}
	},
	"how it was": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Rating = desk.Rating{Comment: text, At: at}
	},
	"what solved it": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Resolution = text
		c.Steps = []desk.Step{{Kind: "received", At: at.Add(-time.Hour)}, {Kind: "solved", At: at}, {Kind: "reopened", At: at.Add(time.Hour)}}
	},
	"what closed it": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Resolution = text
		c.Steps = []desk.Step{{Kind: "closed", At: at}}
	},
	"an escalation": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Escalation = desk.CustomerEscalation{Reason: text, At: at}
	},
	"how it ended": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Escalation = desk.CustomerEscalation{Outcome: text, Ended: at}
	},
	"a chat": func(c *desk.CustomerTicket, text string, _ uint64, at time.Time) {
		c.Live.Lines = append(c.Live.Lines, desk.Line{Text: text, At: at})
	},
}

// forms holds each of them to it: said before, it is nowhere; said since, it is
// there. Whoever is named for what is left out alone is not named, either.
func forms(run *proof.Run) {
	const from = 10
	came := town.Start
	for name, say := range sayings {
		for _, c := range []struct {
			seq  uint64
			at   time.Time
			want bool
		}{{from - 1, came, false}, {from, came.Add(time.Second), true}} {
			head := desk.CustomerTicket{
				Requester: "ann", LastBy: "eve", Steps: []desk.Step{{Kind: "assigned", By: "ed", To: "otto"}},
				People: []desk.Named{{ID: "ann"}, {ID: "eve"}, {ID: "ed"}, {ID: "otto"}, {ID: "gone"}},
			}
			say(&head, mark, c.seq, c.at)
			form := access.LaterForm(head, from, came)
			b, err := json.Marshal(form)
			if has := strings.Contains(string(b), mark); err != nil || has != c.want {
				run.Fail("-n 1", "who came in later reads %s of entry %d: %t (%v)", name, c.seq, has, err)
			}
			for _, p := range []desk.PersonID{"ann", "eve", "ed", "otto", "gone"} {
				want := p == "ann" || p == "eve" && head.Said >= from || (p == "ed" || p == "otto") && len(head.Steps) == 1 && head.Steps[0].By == "ed"
				if named := slices.ContainsFunc(form.People, func(n desk.Named) bool { return n.ID == p }); named != want {
					run.Fail("-n 1", "who came in later is told of %s with %s: %t", p, name, named)
				}
			}
			run.Add("sayings", 1)
		}
	}
}
