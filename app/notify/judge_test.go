package notify_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/notify"
)

var (
	anna  = desk.Actor{Person: "anna", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}}
	els   = desk.Actor{Person: "els", Role: desk.Customer}
	noon  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	byEls = func() *desk.Ticket {
		return &desk.Ticket{ID: "t1", Number: 2041, Subject: "Mail bounces", Requester: "els", Department: "mail", CCs: []desk.PersonID{"jan"}}
	}
	ofAnna = func() *desk.Ticket { t := byEls(); t.Assignee = "anna"; return t }
	ofBram = func() *desk.Ticket { t := byEls(); t.Assignee = "bram"; return t }
	// ringing is with somebody called to it.
	ringing = func(t *desk.Ticket) *desk.Ticket {
		t.Page = desk.Summons{At: noon, Due: noon, To: []desk.PersonID{"anna"}}
		return t
	}
)

func TestWhoHearsOfWhat(t *testing.T) {
	staffSays := desk.Entry{Seq: 5, Kind: desk.Message, Author: "bram", AuthorName: "Bram", Staff: true, At: noon}
	elsSays := desk.Entry{Seq: 5, Kind: desk.Message, Author: "els", AuthorName: "Els", At: noon}
	note := func(to ...desk.PersonID) desk.Entry {
		return desk.Entry{Seq: 5, Kind: desk.Note, Audience: desk.Internal, Author: "bram", Staff: true, Mentions: to}
	}
	change := func(k desk.Kind, to string) desk.Entry {
		return desk.Entry{Seq: 5, Kind: k, Author: "bram", Staff: true, To: to}
	}
	call := func(o desk.CallOutcome) desk.Entry {
		return desk.Entry{Seq: 5, Kind: desk.Call, Author: "bram", Staff: true, Talk: desk.Talk{With: "els", Outcome: o}}
	}
	byDesk := func(e desk.Entry) desk.Entry {
		e.Author = desk.System
		return e
	}
	for name, c := range map[string]struct {
		t    *desk.Ticket
		e    desk.Entry
		me   desk.Actor
		read uint64
		want notify.Kind
	}{
		"customer hears a reply":               {byEls(), staffSays, els, 4, notify.Reply},
		"not of what she read":                 {byEls(), staffSays, els, 5, ""},
		"not of her own words":                 {byEls(), elsSays, els, 4, ""},
		"CC hears a reply":                     {byEls(), staffSays, desk.Actor{Person: "jan", Role: desk.Customer}, 4, notify.Reply},
		"a colleague with org access does not": {byEls(), staffSays, desk.Actor{Person: "piet", Role: desk.Customer}, 4, ""},
		"customer hears a status":              {byEls(), change(desk.StatusSet, "solved"), els, 4, notify.Status},
		"CC does not":                          {byEls(), change(desk.StatusSet, "solved"), desk.Actor{Person: "jan", Role: desk.Customer}, 4, ""},
		"customer not of an assignment":        {ofAnna(), change(desk.Assigned, "anna"), els, 4, ""},
		"assignee hears the customer":          {ofAnna(), elsSays, anna, 4, notify.Reply},
		"assignee hears a colleague's reply":   {ofAnna(), staffSays, anna, 4, notify.Reply},
		"a colleague's ticket is silent":       {ofBram(), elsSays, anna, 4, ""},
		"a ticket nobody has is everybody's":   {byEls(), elsSays, anna, 4, notify.Reply},
		"but not a colleague's reply on it":    {byEls(), staffSays, anna, 4, ""},
		"nor another department's":             {byEls(), elsSays, desk.Actor{Person: "x", Role: desk.Engineer, Departments: []desk.DeptID{"web"}}, 4, ""},
		"new in my queue":                      {byEls(), desk.Entry{Seq: 1, Kind: desk.Opened, Author: "els"}, anna, 0, notify.Arrived},
		"passed to my queue":                   {byEls(), change(desk.Referred, "mail"), anna, 4, notify.Arrived},
		"a note to me":                         {ofBram(), note("anna"), anna, 4, notify.Mention},
		"a note to another":                    {ofAnna(), note("carl"), anna, 4, ""},
		"given to me":                          {ofAnna(), change(desk.Assigned, "anna"), anna, 4, notify.Assigned},
		"given to another":                     {ofBram(), change(desk.Assigned, "bram"), anna, 4, ""},
		"mine was moved":                       {ofAnna(), change(desk.StatusSet, "on_hold"), anna, 4, notify.Status},
		"a call she took is no news":           {ofAnna(), call(desk.Spoke), els, 4, ""},
		"but it is to who is in CC":            {ofAnna(), call(desk.Spoke), desk.Actor{Person: "jan", Role: desk.Customer}, 4, notify.Reply},
		"a call she missed is":                 {ofAnna(), call(desk.NoAnswer), els, 4, notify.Reply},
		"a call on mine by a colleague":        {ofAnna(), call(desk.Spoke), anna, 4, notify.Reply},
		"a notice":                             {ofAnna(), desk.Entry{Seq: 5, Kind: desk.Notice, Author: "bram", Staff: true}, els, 4, notify.Reply},
		"she is asked why nothing is done":     {ofAnna(), change(desk.Nudged, "anna"), anna, 4, notify.Asked},
		"one of the leads who are":             {ofBram(), change(desk.Nudged, "lea,anna"), anna, 4, notify.Asked},
		"a colleague is asked":                 {ofBram(), change(desk.Nudged, "bram"), anna, 4, ""},
		"hers is late":                         {ofAnna(), change(desk.Late, "anna"), anna, 4, notify.Asked},
		"what was solved is closed by itself":  {byEls(), byDesk(change(desk.StatusSet, "closed")), els, 4, ""},
		"it ends for want of an answer":        {byEls(), byDesk(change(desk.StatusSet, "solved")), els, 4, notify.Status},
		"she is called":                        {ringing(ofBram()), change(desk.Summoned, "lea,anna"), anna, 4, notify.Called},
		"others are called":                    {ringing(ofAnna()), change(desk.Summoned, "lea"), anna, 4, ""},
		"a further word on what somebody has":  {ofBram(), change(desk.Summoned, "anna"), anna, 4, notify.Asked},
		"customer hears who has it":            {byEls(), change(desk.Acknowledged, ""), els, 4, notify.Taken},
		"CC does not hear who has it":          {byEls(), change(desk.Acknowledged, ""), desk.Actor{Person: "jan", Role: desk.Customer}, 4, ""},
		"customer hears what came of it":       {byEls(), change(desk.Deescalated, ""), els, 4, notify.Reply},
		"a priority is no news":                {ofAnna(), change(desk.Prioritied, "high"), anna, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n, ok := notify.Judge(c.t, c.e, c.me, c.read, nil)
			if ok != (c.want != "") || n.Kind != c.want {
				t.Errorf("got %q, want %q", n.Kind, c.want)
			}
		})
	}
}

func TestGatherKeepsTheMostImportantPerTicket(t *testing.T) {
	got := notify.Gather([]notify.Notice{
		{Ticket: "a", Kind: notify.Status, Seq: 3, At: noon},
		{Ticket: "b", Kind: notify.Status, Seq: 9, At: noon},
		{Ticket: "a", Kind: notify.Reply, Seq: 1, At: noon, Who: "old"},
		{Ticket: "a", Kind: notify.Reply, Seq: 2, At: noon, Who: "new"},
	})
	if len(got) != 2 || got[0].Ticket != "a" || got[0].Who != "new" || got[1].Ticket != "b" {
		t.Errorf("got %+v", got)
	}
}
