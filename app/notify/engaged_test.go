package notify_test

import (
	"testing"

	"docket/app/desk"
	"docket/app/notify"
)

// Whoever asked and whoever follows are told once that somebody is on it; who
// answered at once is told of by the answer alone (BEHAVIOURS 2.7).
func TestEngaged(t *testing.T) {
	ticket := &desk.Ticket{ID: "t1", Requester: "rita", CCs: []desk.PersonID{"carl"}, Org: "kranich", Assignee: "ed"}
	who := func(id desk.PersonID) desk.Actor { return desk.Actor{Person: id, Role: desk.Customer} }
	took := desk.Entry{Seq: 2, Kind: desk.Assigned, Author: "ed", AuthorName: "Ed", Staff: true, To: "ed", ToName: "Ed", Engages: true}
	for id, want := range map[desk.PersonID]notify.Kind{"rita": notify.Engaged, "carl": notify.Engaged, "cora": ""} {
		n, ok := notify.Judge(ticket, took, who(id), 1, nil)
		if ok != (want != "") || n.Kind != want {
			t.Errorf("%s: got %q, %v", id, n.Kind, ok)
		}
	}
	again := took
	again.Engages = false
	if n, ok := notify.Judge(ticket, again, who("rita"), 1, nil); ok {
		t.Errorf("a second time: %+v", n)
	}
	if n, ok := notify.Judge(ticket, took, who("rita"), 2, nil); ok {
		t.Errorf("read already: %+v", n)
	}
	first := desk.Entry{Seq: 2, Kind: desk.Message, Author: "ed", AuthorName: "Ed", Staff: true, Text: "Since when?", Engages: true}
	taken := again
	taken.Seq = 3
	var all []notify.Notice
	for _, e := range []desk.Entry{first, taken} {
		if n, ok := notify.Judge(ticket, e, who("rita"), 1, nil); ok {
			all = append(all, n)
		}
	}
	if len(all) != 1 || all[0].Kind != notify.Reply {
		t.Errorf("the first answer: %+v", all)
	}
	helps := desk.Entry{Seq: 4, Kind: desk.HelpersSet, Author: "ed", AuthorName: "Ed", Staff: true, To: "eve,otto"}
	if n, ok := notify.Judge(ticket, helps, desk.Actor{Person: "otto", Role: desk.Engineer}, 1, nil); !ok || n.Kind != notify.Assigned || !n.Helps {
		t.Errorf("who is asked to help: %+v, %v", n, ok)
	}
}
