package twins_test

import (
	"time"

	"docket/app/desk"
	"docket/build/prove/town"
)

// masked is a request in which Petra, whom customers do not meet by name, does
// everything that could name her. All of it has to be taken; frame searches what
// customers are sent of it.
func (x *twin) masked() {
	id, all := desk.TicketID(town.UUID(x.r, x.w.Now())), uint64(1)<<40
	elif, chat := x.customers[0], desk.CommandID(town.UUID(x.r, x.w.Now()))
	x.say(elif, id, 0, desk.Open{Subject: "Who is it", Text: "Who is it?", Department: "billing", Org: "bakery"})
	x.tickets = append(x.tickets, id)
	x.settle("masked, opened")
	does := func(p desk.PersonID, args desk.Args) {
		x.t.Helper()
		x.public++
		if r := x.give(x.r, p, id, all, args); r.Outcome != desk.OK {
			x.t.Errorf("%s by %s: %v", args.Kind(), p, r.Error)
		}
		x.settle("masked " + string(args.Kind()))
	}
	does("petra", desk.Assign{To: "petra"})
	does("petra", desk.Reply{Text: "Us", Asks: []desk.NewAsk{{Text: "Since when?", Required: true}}})
	does("petra", desk.MakePromise{Text: "We call", Due: x.w.Now().Add(5000 * time.Hour)})
	does("petra", desk.MarkRead{Seq: all})
	promises := []desk.SettlePromise{{Promise: x.w.Ticket(id).Pledges[0].ID, State: desk.PledgeKept}}
	does("ada", desk.Assign{From: "petra", To: "ada", Reason: "instead", Promises: promises})
	does("ada", desk.SetHelpers{Add: []desk.PersonID{"petra", "lea"}})
	does("ada", desk.SetHelpers{Remove: []desk.PersonID{"petra"}})
	does("ada", desk.SetCCs{Add: []desk.PersonID{"petra", "max"}})
	does("ada", desk.SetCCs{Remove: []desk.PersonID{"petra"}})
	x.say(elif, id, 0, desk.Say{Chat: chat, Text: "Are you there?", Begin: true})
	x.settle("masked, asked")
	does("petra", desk.JoinChat{Chat: chat})
	does("petra", desk.Say{Chat: chat, Text: "We are"})
	does("petra", desk.EndChat{Chat: chat})
	does("petra", desk.ProposeWorkaround{Text: "Use the other door"})
	does("petra", desk.SettleAsk{Ask: x.w.Ticket(id).Asks[0].ID, State: desk.AskAnswered, Text: "Monday"})
	does("petra", desk.Refer{From: "billing", To: "hosting", Reason: "it is yours"})
	x.say(elif, id, 0, desk.Reply{Text: "An older thought"}) // held, by something of hers
	x.settle("masked, over")
}
