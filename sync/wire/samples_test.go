package wire_test

import (
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

const (
	sampleDevice  = desk.DeviceID("018f0000-0000-7000-8000-00000000d001")
	sampleTicket  = desk.TicketID("018f0000-0000-7000-8000-000000000001")
	sampleCommand = desk.CommandID("018f0000-0000-7000-9000-000000000001")
)

var (
	sampleTime  = time.Date(2026, 11, 22, 3, 4, 5, 678_000_000, time.UTC)
	sampleActor = desk.Actor{
		Person: "ada", Name: "Ada Lovelace", Role: desk.Engineer, Departments: []desk.DeptID{"network"}, Device: sampleDevice,
	}
	sampleCursor  = desk.Cursor{Lane: "s/dept/network", Epoch: "e1", Seq: 41, Hash: []byte("0123456789abcdef")}
	sampleReceipt = desk.Receipt{
		Command: sampleCommand, DSeq: 7, Outcome: desk.Held, Ticket: sampleTicket, Number: 1042, Seq: 5, At: sampleTime, Hash: "ab12",
		Error: (&desk.Error{Code: desk.CodeHeld, Message: "{who} wrote first.", Hint: "Read it, then decide."}).With("who", "Ada"),
		Newer: [][]byte{{0xa0}}, Current: "triage",
	}
	sampleItems = []desk.Item{
		{Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 3, Head: []byte{0xa0}, FromSeq: 1, Entries: [][]byte{{0xa0}, {0xa1, 0x61, 0x61, 0x01}}, Read: 2},
		{Kind: desk.ItemDelta, Ticket: sampleTicket, Version: 4, Head: []byte{0xa0}, FromSeq: 3, Entries: [][]byte{{0xa0}}},
		{Kind: desk.ItemLeave, Ticket: sampleTicket},
		{Kind: desk.ItemPurge, Ticket: sampleTicket},
		{Kind: desk.ItemRead, Ticket: sampleTicket, Read: 5},
		{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: desk.RefPerson, ID: "ada", Body: []byte{0xa0}}},
		{Kind: desk.ItemUnref, Ref: &desk.Ref{Kind: desk.RefOrg, ID: "acme"}},
	}
	sampleGiven = []desk.Given{{Field: "who", Label: "Who", Type: desk.FieldPerson, Value: "bob", Words: "Bob"}}
	sampleTalk  = desk.Talk{
		With: "carol", WithName: "Carol", Number: "+49 30 1234", Direction: desk.Outgoing, Started: sampleTime, Minutes: 2, Outcome: desk.Voicemail,
	}
	sampleLanes = []wire.LaneState{
		{Lane: "s/dept/network", State: wire.LaneResume, Head: 44}, {Lane: "s/dir", State: wire.LaneSnapshot, Head: 3},
	}
	samplePage = desk.Page{Lane: "s/dept/network", Epoch: "e1", AsOf: 44, Hash: []byte("0123456789abcdef"), Items: sampleItems[:1], Next: "t2", Total: 12}
)

// frames is one of every frame, with every field set.
func frames() map[wire.Side][]wire.Frame {
	return map[wire.Side][]wire.Frame{
		wire.FromClient: {
			wire.Hello{ProtoMin: 1, ProtoMax: 2, App: "docket/1.0", Device: sampleDevice, Lanes: []desk.Cursor{sampleCursor}, FirstUnsettled: 7, LastSent: 9, SettledUpTo: 6, Brief: true},
			wire.Push{Commands: []wire.PushedCommand{{DSeq: 7, Body: []byte{0xa0}}, {DSeq: 8, Body: []byte{0xa0}}}},
			wire.Pull{Lane: "s/dir", Token: "t2"},
			wire.Fetch{Tickets: []desk.TicketID{sampleTicket}},
			wire.Ack{Lane: "s/dir", Seq: 41},
			wire.Look{Ticket: sampleTicket, Writing: true, Chats: true},
			wire.Ping{N: 3},
		},
		wire.FromServer: {
			wire.Welcome{
				Proto: 1, ServerEpoch: "e1", AuthEpoch: 4, LeaseUntil: sampleTime.Add(14 * 24 * time.Hour), Now: sampleTime,
				Actor: sampleActor, Lanes: sampleLanes, LastDSeq: 9, Receipts: []desk.Receipt{sampleReceipt}, CanWrite: true,
			},
			wire.Receipts{Receipts: []desk.Receipt{sampleReceipt}, Gap: 8, Retry: &desk.Error{Code: desk.CodeDiskFull, Message: "full"}, RetryAfter: 2000},
			wire.Batch{Lane: "s/dept/network", Epoch: "e1", Prev: 41, Last: 44, Hash: []byte("0123456789abcdef"), Items: sampleItems},
			wire.Page{Lane: "s/dept/network", Body: []byte{1, 2, 3}},
			wire.Tickets{Items: sampleItems[:3], More: true},
			wire.Scopes{AuthEpoch: 5, Actor: sampleActor, Lanes: sampleLanes},
			wire.Presence{Ticket: sampleTicket, People: []wire.Present{{Person: "bob", Writing: true}}},
			wire.Pong{N: 3, Now: sampleTime},
		},
	}
}

// commands is one of every command, with every field set.
func commands() []desk.Command {
	file := desk.Attachment{Hash: desk.BlobHash(wire.Hash([]byte("x"))), Name: "Straße.pdf", Size: 1, Type: "application/pdf"}
	args := []desk.Args{
		desk.Open{
			Subject: "Mail is slow", Text: "Since Monday.", Department: "network", Urgency: desk.UrgencyHigh, Type: desk.Incident, Org: "acme",
			Claim: desk.Claim{Down: "All mail", Since: "ten", Impact: desk.ImpactSite, Severity: desk.SeverityStopped},
			Refs:  []desk.Reference{{Kind: "domain", ID: "acme.example", Label: "acme.example", Verified: true}},
			CCs:   []desk.PersonID{"bob"}, Files: []desk.Attachment{file}, Private: true, Requester: "carol", Recurs: sampleTicket, Tried: []desk.ArticleID{desk.ArticleID(sampleCommand)},
			Entitlement: "gold", Release: "4.2",
			Topic: "laptop", Filled: desk.Filled{Form: "laptop", Version: 2, Answers: sampleGiven},
			NeededBy: "2026-12-01", Expedite: true, Approver: "bob",
		},
		desk.Reply{
			Text: "Try now 😀", Files: []desk.Attachment{file}, Then: desk.WaitingCustomer,
			Asks:    []desk.NewAsk{{Text: "Since when?", Step: true, Required: true}},
			Answers: []desk.Answer{{Ask: desk.AskID(sampleCommand + "/1"), State: desk.AskAnswered, Text: "Monday"}},
			Refers:  3, Corrects: true,
			Also: desk.Also{Tags: desk.SetTags{Add: []string{"dns"}, Remove: []string{"vip"}}, Assign: desk.Assign{From: "ada", To: "bob", Reason: "she knows it", Promises: []desk.SettlePromise{{Promise: desk.PledgeID(sampleCommand), State: desk.PledgeKept, Reason: "x"}}}, Priority: desk.SetPriority{From: desk.PriorityLow, To: desk.PriorityHigh, Reason: "ours", Told: "x"}},
		},
		desk.AddNote{Text: "it is the switch", Files: []desk.Attachment{file}, Mentions: []desk.PersonID{"bob"}},
		desk.CloseTicket{Reason: "worked", Resolution: "new switch", Cause: desk.CauseFixed, Early: true},
		desk.Reopen{Reason: "again"},
		desk.SetStatus{From: desk.New, To: desk.OnHold, Until: sampleTime, Reason: "part ordered"},
		desk.Assign{From: "ada", To: "bob", Reason: "she knows it", Promises: []desk.SettlePromise{{Promise: desk.PledgeID(sampleCommand), State: desk.PledgePassed, Reason: "x"}}},
		desk.Refer{From: "network", To: "mail", Reason: "mail", Tried: "restart", Promises: []desk.SettlePromise{{Promise: desk.PledgeID(sampleCommand), State: desk.PledgeWithdrawn, Reason: "no"}}},
		desk.SetPriority{From: desk.PriorityLow, To: desk.PriorityEmergency, Reason: "all down", Told: "One of five is down."},
		desk.SetCCs{Add: []desk.PersonID{"bob"}, Remove: []desk.PersonID{"carol"}, Whole: true},
		desk.Rename{From: "a", To: "b"},
		desk.SetPrivate{Private: true},
		desk.MarkRead{Seq: 9},
		desk.LogCall{Talk: sampleTalk, Text: "I left you a voicemail.", NoMessage: "reads no mail", Note: "third try"},
		desk.RecordChat{With: "carol", WithName: "Carol", Started: sampleTime, Text: "carol: hello"},
		desk.PostNotice{Text: "We restart tonight."},
		desk.Skip{Reason: "not my field"},
		desk.RunDue{Woke: sampleTime},
		desk.SetType{From: desk.Incident, To: desk.Request},
		desk.SetHelpers{Add: []desk.PersonID{"bob"}, Remove: []desk.PersonID{"carol"}},
		desk.SetTags{Add: []string{"dns"}, Remove: []string{"outage-north"}},
		desk.SetTopic{From: "laptop", To: "mail"},
		desk.FillIn{Answers: sampleGiven},
		desk.SetLanguage{From: "en", To: "de"},
		desk.Rate{Score: desk.Bad, Comment: "it took a day"},
		desk.Tick{Item: "Mailbox", Done: true},
		desk.Approve{Yes: true, Reason: "fine"},
		desk.Escalate{Reason: "we wait", By: sampleTime},
		desk.Acknowledge{},
		desk.Deescalate{Outcome: "agreed"},
		desk.LinkTicket{Kindred: desk.Recurred, To: sampleTicket},
		desk.Merge{Into: sampleTicket},
		desk.Unmerge{From: sampleTicket},
		desk.Split{Message: 3, As: sampleTicket, Subject: "The printer", Department: "network"},
		desk.Join{Impact: desk.ImpactSite, Severity: desk.SeverityDegraded, Text: "Us too", Leave: true},
		desk.Say{Chat: sampleCommand, Text: "Are you there?", Files: []desk.Attachment{file}, Begin: true},
		desk.JoinChat{Chat: sampleCommand, From: "bob"},
		desk.EndChat{Chat: sampleCommand},
		desk.SettleAsk{Ask: desk.AskID(sampleCommand + "/1"), State: desk.AskDropped, Text: "found it"},
		desk.MakePromise{Text: "I call you", Due: sampleTime},
		desk.SettlePromise{Promise: desk.PledgeID(sampleCommand), State: desk.PledgeWithdrawn, Reason: "the part did not come"},
		desk.ProposeWorkaround{Text: "Use the other door"},
		desk.PlanWork{Risk: "mail stands still", From: sampleTime, Until: sampleTime.Add(time.Hour), Approver: "rita"},
		desk.SetFix{State: desk.FixPlanned, Due: sampleTime, Problem: sampleTicket, Text: "the part comes on Friday"},
		desk.JudgeWorkaround{Verdict: desk.VerdictPartly, Why: "it is slow"},
		desk.SetFollow{What: desk.FollowService, Org: "kranich", Type: "service", Service: "web", Level: desk.FollowReplies, Keys: []string{"organization/kranich"}},
		desk.TakeAlong{Until: sampleTime, Where: "on the train", Draft: true},
		desk.CountMisuse{Reason: "one printer"},
		desk.UncountMisuse{Reason: "it was down"},
		desk.SetBan{Ban: true, Reason: "again and again"},
		desk.SnoozeTicket{Until: sampleTime, Answer: true, Reason: "the vendor calls back"},
		desk.SetHold{On: true, Reason: "a claim"},
		desk.AskUpload{Name: "dump.bin", Bytes: 30_000_000},
		desk.GrantUpload{Bytes: 2_000_000_000, Days: 7},
		desk.NoteCall{Code: "K7-QM4", Talk: sampleTalk, Text: "She read me the lights", Note: "Angry"},
		desk.SaveView{View: desk.SavedView{
			ID: sampleCommand, Name: "DNS, ours", Query: "tag:dns assignee:me", Department: "hosting", By: "petra", Rank: 1024, Sort: "due", Density: "compact", Columns: []string{"due"},
		}, Drop: true},
		desk.WriteArticle{Article: desk.ArticleID(sampleCommand), Edit: 3, Writing: desk.Writing{
			Section: "mail", Title: "Reset a password", Text: "Press *reset*.", Language: "en", Tags: []string{"login"}, Readers: desk.ReadersOrg, Org: "acme", Files: []desk.Attachment{file},
		}, Send: true},
		desk.MoveArticle{Article: desk.ArticleID(sampleCommand), Edit: 4, Step: desk.StepReturn, Reason: "which version?"},
		desk.VoteArticle{Article: desk.ArticleID(sampleCommand), Helpful: true, Solved: true},
		desk.ReadArticle{Article: desk.ArticleID(sampleCommand), Published: sampleTime},
		desk.CommentArticle{Article: desk.ArticleID(sampleCommand), Text: "Step 3 is not there"},
		desk.SettleComment{Comment: sampleCommand, Ticket: sampleTicket},
		desk.SetArticleFollow{Article: desk.ArticleID(sampleCommand), Section: "mail", Level: desk.FollowDigest},
		desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", For: "mailboxes and lists", Readers: desk.ReadersOrg, Org: "acme", Rank: 1024}, Drop: true},
	}
	out := make([]desk.Command, len(args))
	for i, a := range args {
		out[i] = desk.Command{ID: sampleCommand, Ticket: sampleTicket, Basis: 12, Composed: sampleTime, Args: a}
	}
	return out
}
