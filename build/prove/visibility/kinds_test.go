package visibility_test

import (
	"time"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// kindly is how long the histories are after which everybody asks for
// everything.
const kindly = 2

// kinds are one command of every kind the model knows, for a person and a
// ticket. Nothing comes of them: only the answer counts.
func kinds(t *model.Ticket, p desk.PersonID) []desk.Args {
	id := desk.TicketID("019c0000-0000-7000-8001-000000000009") // nobody's
	call := desk.Talk{With: t.Requester, Number: "1", Direction: desk.Outgoing, Started: town.Start, Outcome: desk.NoAnswer}
	return append(savings(t, p), []desk.Args{
		desk.Reply{Text: "x"},
		desk.Reply{Text: "x", Then: desk.Solved},
		desk.Reply{Text: "x", Also: desk.Also{Tags: desk.SetTags{Add: []string{"x"}}}},
		desk.AddNote{Text: "x"},
		desk.SetCCs{Remove: []desk.PersonID{p}},
		desk.SetCCs{Remove: []desk.PersonID{"somebody"}},
		desk.SetPrivate{Private: !t.Private},
		desk.CloseTicket{Reason: "worked"},
		desk.Reopen{Reason: "x"},
		desk.MarkRead{Seq: 1},
		desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll},
		desk.PostNotice{Text: "x"},
		desk.LogCall{Talk: call, Note: "x"},
		desk.SetStatus{From: t.Status, To: desk.OnHold},
		desk.Skip{Reason: "x"},
		desk.RunDue{},
		desk.SetHelpers{Remove: []desk.PersonID{"eve"}},
		desk.SetTags{Add: []string{"x"}},
		desk.SetType{To: desk.Incident},
		desk.Tick{Item: "x", Done: true},
		desk.Approve{Yes: true},
		desk.SetTopic{To: "x"},
		desk.FillIn{Answers: []desk.Given{{Field: "x", Value: "x"}}},
		desk.LinkTicket{Kindred: desk.Recurs, To: id},
		desk.Escalate{Reason: "x"},
		desk.Acknowledge{},
		desk.Deescalate{Outcome: "x"},
		desk.Assign{From: t.Assignee},
		desk.Refer{From: t.Department, To: t.Department, Reason: "x"},
		desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh, Reason: "x"},
		desk.Rename{To: "x"},
		desk.Merge{Into: id},
		desk.Unmerge{From: id},
		desk.Split{},
		desk.Join{Impact: desk.ImpactOne},
		desk.Join{Leave: true},
		desk.Rate{Score: desk.Good},
		desk.Say{Chat: "x", Text: "x"},
		desk.Say{Chat: "x", Text: "x", Begin: true},
		desk.JoinChat{Chat: "x"},
		desk.EndChat{Chat: "x"},
		desk.ProposeWorkaround{Text: "x"},
		desk.JudgeWorkaround{Verdict: desk.VerdictPartly, Why: "x"},
		desk.PlanWork{Risk: "x", From: town.Start.Add(1000 * time.Hour), Until: town.Start.Add(1001 * time.Hour), Approver: t.Requester},
		desk.SetFix{State: desk.FixPlanned, Text: "x"},
		desk.SetFix{Problem: id},
		desk.MakePromise{Text: "x", Due: town.Start.Add(1000 * time.Hour)},
		desk.SnoozeTicket{Answer: true, Reason: "x"},
		desk.TakeAlong{},
		desk.TakeAlong{Until: town.Start.Add(100 * time.Hour), Where: "x"},
		desk.CountMisuse{Reason: "x"},
		desk.UncountMisuse{Reason: "x"},
		desk.SetBan{Ban: true, Reason: "x"},
		desk.SetHold{On: true, Reason: "x"},
		desk.AskUpload{Name: "x", Bytes: 40_000_000_000},
		desk.GrantUpload{Bytes: 30_000_000, Days: 7},
		desk.NoteCall{Code: "22-222", Talk: desk.Talk{WithName: "x", Started: town.Start}, Text: "x"},
	}...)
}

// everything has everybody ask for everything in the world after a history.
func (k *walk) everything(w *model.World, h heads) {
	for _, p := range smallPeople {
		for _, id := range smallTickets {
			for _, args := range kinds(w.Tickets[id], p.ID) {
				mv, without := move{person: p.ID, ticket: id, args: args}, h
				if _, wrong := answered(w, mv, without.ask(w, mv, len(k.path))); wrong != "" {
					k.fail("%s", wrong)
				}
				k.asked++
			}
		}
	}
}
