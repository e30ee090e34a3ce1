package notify_test

import (
	"testing"

	"docket/app/desk"
	"docket/app/notify"
)

// A level decides what somebody is told of, beside what the ticket is to them
// (BEHAVIOURS 0.6, 2.14). What names them is told whatever they chose.
func TestLevels(t *testing.T) {
	ticket := &desk.Ticket{
		ID: "t", Requester: "rita", CCs: []desk.PersonID{"carl"}, Org: "kranich", Department: "mail", Assignee: "ed", Status: desk.InProgress,
		Refs: []desk.Reference{{Kind: "service", ID: "web", Verified: true}},
	}
	word := desk.Entry{Seq: 5, Kind: desk.Message, Audience: desk.Public, Author: "ed", Staff: true, Text: "So"}
	moved := desk.Entry{Seq: 5, Kind: desk.StatusSet, Author: "ed", Staff: true, To: string(desk.OnHold)}
	over := desk.Entry{Seq: 5, Kind: desk.StatusSet, Author: "ed", Staff: true, To: string(desk.Solved)}
	note := desk.Entry{Seq: 5, Kind: desk.Note, Audience: desk.Internal, Author: "ed", Staff: true, Text: "between us"}
	names := note
	names.Mentions = []desk.PersonID{"otto"}
	rita, carl, rene := desk.Actor{Person: "rita", Role: desk.Customer}, desk.Actor{Person: "carl", Role: desk.Customer}, desk.Actor{Person: "rene", Role: desk.Customer}
	otto := desk.Actor{Person: "otto", Role: desk.Engineer}
	of := func(level desk.FollowLevel) []desk.Follow {
		return []desk.Follow{{What: desk.FollowTicket, Ticket: "t", Level: level}}
	}
	copies := []desk.Follow{{What: desk.FollowCopies, Level: desk.FollowNone}}
	service := []desk.Follow{{What: desk.FollowService, Org: "kranich", Type: "service", Service: "web", Level: desk.FollowReplies}}
	org := []desk.Follow{{What: desk.FollowOrganization, Org: "kranich", Level: desk.FollowAll}}
	gone := []desk.Follow{{What: desk.FollowOrganization, Org: "kranich", Level: desk.FollowAll, Ended: word.At.Add(1)}}
	for name, c := range map[string]struct {
		e       desk.Entry
		me      desk.Actor
		follows []desk.Follow
		want    notify.Kind
	}{
		"a colleague as usual":                    {word, rene, nil, ""},
		"a colleague who wants everything":        {moved, rene, of(desk.FollowAll), notify.Status},
		"a colleague who wants replies":           {word, rene, of(desk.FollowReplies), notify.Reply},
		"replies, and it only moved":              {moved, rene, of(desk.FollowReplies), ""},
		"replies, and it is over":                 {over, rene, of(desk.FollowReplies), notify.Status},
		"who asked wants replies":                 {moved, rita, of(desk.FollowReplies), ""},
		"who asked wants nothing":                 {word, rita, of(desk.FollowNone), ""},
		"in CC as usual":                          {word, carl, nil, notify.Reply},
		"in CC, nothing of copies":                {word, carl, copies, ""},
		"in CC, the ticket before copies":         {word, carl, append(of(desk.FollowReplies), copies...), notify.Reply},
		"copies is nothing to who asked":          {word, rita, copies, notify.Reply},
		"a service":                               {word, rene, service, notify.Reply},
		"a service, and it only moved":            {moved, rene, service, ""},
		"a service takes nothing from who asked":  {moved, rita, service, notify.Status},
		"an organization":                         {moved, rene, org, notify.Status},
		"what ended tells nothing":                {word, rene, gone, ""},
		"staff beside, as usual":                  {word, otto, nil, ""},
		"staff beside, everything":                {note, otto, of(desk.FollowAll), notify.Reply},
		"staff beside, nothing, and is mentioned": {names, otto, of(desk.FollowNone), notify.Mention},
		"given to them, nothing":                  {desk.Entry{Seq: 5, Kind: desk.Assigned, Author: "ed", Staff: true, To: "otto"}, otto, of(desk.FollowNone), notify.Assigned},
	} {
		t.Run(name, func(t *testing.T) {
			n, ok := notify.Judge(ticket, c.e, c.me, 1, c.follows)
			if ok != (c.want != "") || n.Kind != c.want {
				t.Errorf("got %q, want %q", n.Kind, c.want)
			}
		})
	}
}
