package flow_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// buildMore makes the commands whose features have files of their own:
//
//	ed: promise "I call you" due=8h
//	ed: settle_promise "1 kept" · "2 withdrawn The part did not come"
//	ed: along "on the train" until=8h draft=true · along ""
//	ed: snooze "waits for the vendor" until=48h · snooze "why" answer=true · snooze ""
//	rita: ask_upload "dump.bin" bytes=30000000 · ed: grant bytes=2000000000 days=7; a file=dump.bin has size=30000000
//	lea: hold "a claim" · unhold "it was settled"
//
//	rene: follow what=service org=kranich type=domain service=kranich.example level=all
//
// assign and refer decide with promises="1 passed | 2 kept".
func buildMore(verb string, a map[string]string, t *desk.Ticket) (desk.Args, error) {
	at := func(k string) (time.Time, error) {
		if a[k] == "" {
			return time.Time{}, nil
		}
		d, err := time.ParseDuration(a[k])
		return start.Add(d), err
	}
	switch verb {
	case "promise":
		due, err := at("due")
		return desk.MakePromise{Text: a["text"], Due: due}, err
	case "settle_promise":
		return decided(a["text"], t)[0], nil
	case "follow":
		return desk.SetFollow{What: desk.FollowWhat(a["what"]), Org: desk.OrgID(a["org"]), Type: a["type"], Service: a["service"], Level: desk.FollowLevel(a["level"]), Keys: strings.FieldsFunc(a["keys"], func(r rune) bool { return r == ',' })}, nil
	case "workaround":
		return desk.ProposeWorkaround{Text: a["text"]}, nil
	case "verdict":
		return desk.JudgeWorkaround{Verdict: desk.Verdict(a["is"]), Why: a["text"]}, nil
	case "work":
		from, err := at("from")
		until, bad := at("until")
		return desk.PlanWork{Risk: a["text"], From: from, Until: until, Approver: desk.PersonID(a["approver"])}, errors.Join(err, bad)
	case "fix":
		due, err := at("due")
		return desk.SetFix{State: desk.FixState(a["to"]), Due: due, Text: a["text"], Problem: desk.TicketID(a["into"])}, err
	case "along":
		until, err := at("until")
		return desk.TakeAlong{Until: until, Where: a["text"], Draft: a["draft"] == "true"}, err
	case "strike":
		return desk.CountMisuse{Reason: a["text"]}, nil
	case "unstrike":
		return desk.UncountMisuse{Reason: a["text"]}, nil
	case "ban":
		return desk.SetBan{Ban: a["off"] != "true", Reason: a["text"]}, nil
	case "snooze":
		until, err := at("until")
		return desk.SnoozeTicket{Until: until, Answer: a["answer"] == "true", Reason: a["text"]}, err
	case "ask_upload":
		n, err := strconv.ParseInt(a["bytes"], 10, 64)
		return desk.AskUpload{Name: a["text"], Bytes: n}, err
	case "grant":
		n, err := strconv.ParseInt(a["bytes"], 10, 64)
		days, bad := strconv.Atoi(a["days"])
		return desk.GrantUpload{Bytes: n, Days: days}, errors.Join(err, bad)
	case "hold", "unhold":
		return desk.SetHold{On: verb == "hold", Reason: a["text"]}, nil
	}
	return nil, fmt.Errorf("no command %q", verb)
}

// moreOf is what the head says of them.
func moreOf(t *desk.Ticket) map[string]string {
	return map[string]string{
		"promises": pledges(t.Pledges), "snoozed": since(t.Snooze.Until), "aside": t.Snooze.Reason,
		"along": string(t.Along.By), "alonguntil": since(t.Along.Until), "where": t.Along.Where, "draft": fmt.Sprint(t.Along.Draft),
		"doubted": fmt.Sprint(policy.Doubted(t)), "called": string(t.Claimed),
		"workaround": t.Workaround.Text, "verdict": string(t.Workaround.Verdict), "because": t.Workaround.Why,
		"risk": t.Work.Risk, "begins": since(t.Work.From), "ends.work": since(t.Work.Until),
		"fix": string(t.Fix.State), "fixdue": since(t.Fix.Due), "untold": fmt.Sprint(len(t.Fix.Untold)), "gathers": fmt.Sprint(len(t.Fix.Waiting)), "tells": since(t.Fix.Tell), "released": fmt.Sprint(len(t.Fix.Released)), "near": since(t.Clocks.Near),
		"tell": since(t.Keep.Tell), "drop": since(t.Keep.Files), "deletes": since(t.Deletes), "dropped": since(t.FilesGone), "keeps": t.Hold.Reason, "clip": fmt.Sprint(t.Files), "allowed": fmt.Sprint(t.Grant.Bytes), "used": fmt.Sprint(t.Grant.Used), "allowedby": string(t.Grant.By), "alloweduntil": since(t.Grant.Until),
	}
}

// standing is what counts against somebody, and what of it they are told.
func (w *world) standing(who desk.PersonID, want []string) error {
	p := w.place.People[who]
	c := policy.Follows(w.place.Misuse, p.Standing, w.now)
	told := access.OwnOf(p).Standing
	for _, s := range told.Strikes {
		if s.By != "" || told.BannedBy != "" {
			return fmt.Errorf("%s is told who of the team counted it", who)
		}
	}
	return expect(want, map[string]string{
		"does": string(c.Does), "strikes": fmt.Sprint(c.Strikes), "until": since(c.Until), "mayban": fmt.Sprint(c.Ban), "next": string(c.Next), "told": fmt.Sprint(len(told.Strikes)),
	})
}

// gone looks for the tickets that are deleted.
func (h *history) gone(want []string) error {
	var got []string
	for name, id := range h.named {
		if w := h.w.beside[id]; w != nil && w.t == nil {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Errorf("gone are %v", got)
	}
	return nil
}

func pledges(in []desk.Pledge) string {
	var out []string
	for _, p := range in {
		s := p.Text + " " + since(p.Due) + " " + string(p.By) + " " + string(p.State)
		if p.Missed {
			s += " missed"
		}
		out = append(out, strings.Join(strings.Fields(s), " "))
	}
	return strings.Join(out, " | ")
}

func decided(s string, t *desk.Ticket) []desk.SettlePromise {
	var out []desk.SettlePromise
	for x := range strings.SplitSeq(s, " | ") {
		if s != "" {
			w := strings.SplitN(x, " ", 3)
			p := desk.SettlePromise{Promise: "none", State: desk.PledgeState(w[1])}
			if n, err := strconv.Atoi(w[0]); err == nil && n <= len(t.Pledges) {
				p.Promise = t.Pledges[n-1].ID
			}
			if len(w) > 2 {
				p.Reason = w[2]
			}
			out = append(out, p)
		}
	}
	return out
}

// genMore draws their arguments.
func genMore(rt *rapid.T, t *desk.Ticket, a desk.Args) desk.Args {
	from := t.Updated
	if t.Version == 0 {
		from = start
	}
	later := func() time.Time { return from.Add(pick(rt, time.Hour, 40*time.Hour, 200*time.Hour, -time.Hour)) }
	switch a := a.(type) {
	case desk.MakePromise:
		return desk.MakePromise{Text: pick(rt, "I call you", "A letter", ""), Due: later()}
	case desk.SettlePromise:
		a.Promise, a.State = "none", pick(rt, desk.PledgeKept, desk.PledgeWithdrawn, desk.PledgePassed, "odd")
		if len(t.Pledges) > 0 {
			a.Promise = rapid.SampledFrom(t.Pledges).Draw(rt, "pledge").ID
		}
		a.Reason = pick(rt, "because", "")
		return a
	case desk.SetFollow:
		return genFollow(rt)
	case desk.ProposeWorkaround:
		return desk.ProposeWorkaround{Text: pick(rt, "Use the other door", "")}
	case desk.JudgeWorkaround:
		return desk.JudgeWorkaround{Verdict: pick(rt, desk.VerdictWorks, desk.VerdictPartly, desk.VerdictCannot, desk.VerdictStopped, "odd"), Why: pick(rt, "because", "")}
	case desk.PlanWork:
		return desk.PlanWork{Risk: pick(rt, "It stands still", ""), From: pick(rt, time.Time{}, later()), Until: pick(rt, time.Time{}, later()), Approver: pick(rt, "", t.Requester, "cora")}
	case desk.SetFix:
		return desk.SetFix{State: pick(rt, desk.FixPlanned, desk.FixDone, desk.FixNone, "", "odd"), Due: pick(rt, time.Time{}, later()), Text: pick(rt, "because", ""), Problem: pick(rt, "", desk.TicketID(uuidT))}
	case desk.TakeAlong:
		return desk.TakeAlong{Until: pick(rt, time.Time{}, later()), Where: "on the train"}
	case desk.CountMisuse:
		return desk.CountMisuse{Reason: pick(rt, "it was not", "")}
	case desk.UncountMisuse:
		return desk.UncountMisuse{Reason: pick(rt, "it was", "")}
	case desk.SetBan:
		return desk.SetBan{Ban: rapid.Bool().Draw(rt, "ban"), Reason: pick(rt, "again and again", "")}
	case desk.SnoozeTicket:
		a.Reason = pick(rt, "later", "later", "")
		if a.Answer = rapid.Bool().Draw(rt, "answer"); rapid.Bool().Draw(rt, "time") {
			a.Until = later()
		}
		return a
	case desk.AskUpload:
		return desk.AskUpload{Name: pick(rt, "dump.bin", "dump.bin", "a/b"), Bytes: pick(rt, int64(30_000_000), 1)}
	case desk.WriteArticle, desk.MoveArticle, desk.VoteArticle, desk.ReadArticle, desk.CommentArticle, desk.SettleComment, desk.SetArticleFollow, desk.SaveSection:
		return anyHelp(rt, a)
	case desk.NoteCall:
		return desk.NoteCall{Code: pick(rt, "K7-QM4S", "K7-QM4F", ""), Talk: desk.Talk{WithName: pick(rt, "Rita", "")}, Text: pick(rt, "The line is down", "")}
	case desk.SaveView:
		return desk.SaveView{View: desk.SavedView{
			ID: "0198a000-0000-7000-8000-0000000000ff", Name: pick(rt, "Ours", "Ours", ""), Query: pick(rt, "is:open", "((", "file:x"), Department: pick(rt, desk.DeptID(""), "mail", "nowhere"),
		}, Drop: rapid.Bool().Draw(rt, "drop")}
	case desk.GrantUpload:
		return desk.GrantUpload{Bytes: pick(rt, int64(2_000_000_000), 0, 1), Days: pick(rt, 7, 0)}
	case desk.SetHold:
		return desk.SetHold{On: rapid.Bool().Draw(rt, "hold"), Reason: pick(rt, "a claim", "a claim", "")}
	default:
		rt.Fatalf("no generator for %T", a)
		return nil
	}
}

// genDecided decides on some of what is open, or on all of it.
func genDecided(rt *rapid.T, t *desk.Ticket) (out []desk.SettlePromise) {
	all := rapid.Bool().Draw(rt, "all")
	for _, p := range t.Pledges {
		if p.Open() && (all || rapid.Bool().Draw(rt, "decides")) {
			out = append(out, desk.SettlePromise{Promise: p.ID, State: pick(rt, desk.PledgePassed, desk.PledgeKept, desk.PledgeWithdrawn), Reason: "because"})
		}
	}
	return out
}
