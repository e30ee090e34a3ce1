package app

import (
	"strings"

	"docket/app/desk"
)

// told reports whether something else tells what e says: a ticket that moves
// because somebody wrote, took it or passed it on. The letter or the line above
// says who did what, and whose turn it is stands in the head.
func told(e desk.Entry) bool {
	if e.Kind != desk.StatusSet || e.Reason != "" || e.Command == "" || string(e.ID) == string(e.Command) {
		return false
	}
	if desk.Status(e.From).Done() {
		return false // it was opened again
	}
	switch desk.Status(e.To) {
	case desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer:
		return true
	}
	return false
}

// unknownLine stands for a change that this version has no words for.
func unknownLine() string { return say("Updated in a newer version of Docket") }

// priorityWord is a priority within a sentence.
func priorityWord(p string) string {
	if p == "" {
		return say("none|priority")
	}
	return say("{p, select, emergency {emergency} high {high} normal {normal} low {low} other {{p}}}", "p", p)
}

// and names several, one after the other.
func and(names []string) string {
	out := names[0]
	for _, n := range names[1:] {
		out = say("{names} and {last}", "names", out, "last", n)
	}
	return out
}

// line is one plain sentence for a change. A person did it, so a person is
// what it begins with.
func (r *rower) line(t *desk.Ticket, e desk.Entry) string {
	who := or(e.AuthorName, r.name(t, e.Author))
	if e.Author == r.me.Person {
		who = "You"
	}
	because := ""
	if e.Reason != "" {
		because = ": " + e.Reason
	}
	switch e.Kind {
	case desk.StatusSet:
		return r.statusLine(t, e, who)
	case desk.Assigned:
		return r.assignedLine(t, e, who) + because
	case desk.HelpersSet:
		return r.helpersLine(e, who)
	case desk.Referred:
		return r.referredLine(e, who, because)
	case desk.Prioritied:
		if e.Author == desk.System {
			return say("{who} raised the priority to {priority}, because this has waited three times as long as it should", "who", who, "priority", priorityWord(e.To))
		}
		switch e.Reason {
		case "merged":
			return say("{who} raised the priority to {priority} with it", "who", who, "priority", priorityWord(e.To))
		case "unmerged":
			return say("{who} left this with the priority it had, {priority}", "who", who, "priority", priorityWord(e.To))
		}
		if e.From == e.To {
			return say("{who} left the priority at {priority}", "who", who, "priority", priorityWord(e.To)) + because
		}
		return say("{who} set the priority to {priority}", "who", who, "priority", priorityWord(e.To)) + because
	case desk.CCsSet:
		return r.ccLine(e, who)
	case desk.Renamed:
		return say("{who} renamed this from “{from}” to “{to}”", "who", who, "from", e.From, "to", e.To)
	case desk.PrivacySet:
		if e.To == "private" || e.To == "true" {
			return say("{who} hid this from colleagues", "who", who)
		}
		return say("{who} let colleagues read this", "who", who)
	case desk.Skipped:
		return say("{who} skipped this in the queue", "who", who) + because
	case desk.Typed:
		if e.To == string(desk.Incident) {
			return say("{who} noted that this worked before", "who", who)
		}
		return say("{who} noted that this is something new or changed", "who", who)
	}
	return r.moreLines(t, e, who, because)
}

// moreLines are those of what not every ticket has.
func (r *rower) moreLines(t *desk.Ticket, e desk.Entry, who, because string) string {
	switch e.Kind {
	case desk.Rated:
		return ratedLine(e, who)
	case desk.Spoken:
		return spokenLine(e, who)
	case desk.Tagged:
		return taggedLine(e, who)
	case desk.Topiced:
		return topicLine(e, who)
	case desk.Ticked:
		return tickedLine(e, who)
	case desk.Decided:
		return decidedLine(e, who, because)
	case desk.FilledIn:
		return filledLine(e, who)
	case desk.AskSettled:
		return settledLine(e, who)
	case desk.Redacted:
		return say("{who} removed a text here", "who", who) + because
	case desk.Merged, desk.TookIn, desk.Unmerged, desk.WroteBeside, desk.SplitMade, desk.SplitOff, desk.SplitAsked, desk.JoinedIt:
		return r.matterLine(t, e, who)
	case desk.Paged, desk.Escalated, desk.Summoned, desk.Acknowledged, desk.Deescalated, desk.Bypassed:
		return r.callLine(e, who)
	case desk.Late:
		return r.lateLine(t, e)
	case desk.Nudged:
		return r.nudgedLine(t, e)
	}
	if e.Kind == desk.FixWaits {
		return r.fixWaitsLine(t, e, who)
	}
	return keptLine(e, who)
}

func (r *rower) referredLine(e desk.Entry, who, because string) string {
	s := say("{who} passed this from {from} to {to}", "who", who, "from", r.deptName(desk.DeptID(e.From)), "to", or(e.ToName, r.deptName(desk.DeptID(e.To)))) + because
	if e.Text != "" {
		s += ". " + say("Tried: {what}", "what", e.Text)
	}
	if e.Usual != "" {
		s += ". " + say("Usual answer there: {usual}", "usual", strings.TrimPrefix(shown(e.Phrase, e.Usual), "usually "))
	}
	if !e.Opens.IsZero() {
		s += ". " + say("It opens again on {at, date, at}", "at", e.Opens.Local())
	}
	return s
}

func settledLine(e desk.Entry, who string) string {
	if len(e.Answers) == 0 {
		return unknownLine()
	}
	switch a := e.Answers[0]; {
	case a.State == desk.AskDropped:
		return say("{who} no longer needs “{question}”", "who", who, "question", a.Text)
	case a.Answer != "":
		return say("{who} noted on “{question}”: {answer}", "who", who, "question", a.Text, "answer", a.Answer)
	default:
		return say("{who} noted on “{question}”: {answer}", "who", who, "question", a.Text, "answer", say(a.State.Words()))
	}
}

// closings are a customer's reasons as the program knows them, put into words.
var closings = map[string]string{
	"worked":      "it worked",
	"self":        "it was solved another way",
	"not_needed":  "it is no longer needed",
	"no_answer":   "there was no answer",
	"settled":     "it had been solved for a while",
	"hold_over":   "the time on hold is over",
	"stale":       "nothing had been done here",
	"fix_planned": "a fix is planned",
	"fixed":       "the fix is there",
	"no_fix":      "there will be no fix",
	"fix_pending": "there is a way around it, and the fix is pending",
}

var lates = map[desk.DueKind]string{
	desk.DueFirstReply: "The first answer is late", desk.DueNextReply: "An answer is late",
	desk.DueAssign: "Nobody has taken this in time", desk.DueResolve: "The solution is late", desk.DueNeeded: "What was needed is not done in time", desk.DueFix: "The fix is not there on its day",
}

func (r *rower) lateLine(t *desk.Ticket, e desk.Entry) string {
	said := say(or(lates[desk.DueKind(e.From)], "Something is late"))
	if e.From == string(desk.DuePromise) {
		return say("“{promise}” was not kept in time: asked {whom}", "promise", e.Text, "whom", r.askedOf(t, e)) + inPlaceOf(e.Away)
	}
	switch {
	case e.To == "" || e.From == string(desk.DueAssign):
		return said
	case e.Reason == "stands_in":
		return say("{what}: told {whom}", "what", said, "whom", r.askedOf(t, e)) + inPlaceOf(e.Away)
	case e.To == string(r.me.Person):
		return say("{what}; you have this", "what", said)
	}
	return say("{what}; {who} has this", "what", said, "who", or(e.ToName, r.name(t, desk.PersonID(e.To))))
}

// askedOf is whom the desk asked or told.
func (r *rower) askedOf(t *desk.Ticket, e desk.Entry) string {
	switch e.To {
	case "":
		return say("the team")
	case string(r.me.Person):
		return "you"
	}
	return or(e.ToName, r.name(t, desk.PersonID(e.To)))
}

// inPlaceOf says for whom somebody is asked, by their names.
func inPlaceOf(away string) string {
	if away == "" {
		return ""
	}
	names := strings.Split(away, ", ")
	return say(", in place of {names}, who {n, plural, one {is} other {are}} away", "names", and(names), "n", len(names))
}

func (r *rower) nudgedLine(t *desk.Ticket, e desk.Entry) string {
	if e.Reason == "stale" {
		e.Away = or(e.Away, e.Text) // as it was written once
	}
	asked, place := r.askedOf(t, e), inPlaceOf(e.Away)
	switch e.Reason {
	case "fix":
		return say("It has a workaround and waits for its fix: asked {whom}", "whom", asked) + place
	case "stands_in":
		return say("{who} is away: told {whom}", "who", or(e.Text, e.From), "whom", asked) + place
	case "work":
		return workNudge(e, asked) + place
	case "near":
		return nearNudge(e, asked) + place
	case "snoozed":
		return say("It was put aside until now: told {whom}", "whom", asked) + place
	case "reopened":
		return say("Opened again for the second time: told {whom}", "whom", asked) + place
	case "needed":
		return say("This is needed soon: asked {whom}", "whom", asked) + place
	case "unreached":
		return say("{who} has no computer signed in, so no reminder reaches them: asked {whom} to telephone", "who", or(e.Text, say("The customer")), "whom", asked+place)
	case "no_answer":
		return say("The customer does not answer an emergency: asked {whom}", "whom", asked) + place
	}
	return say("Nothing was done here for a while: asked {whom}", "whom", asked) + place
}

// reopenings are the reasons for opening again that can be chosen.
var reopenings = map[string]string{"not_solved": "it is not solved", "came_back": "it came back", "new_question": "there is a new question"}

func more(words string) string {
	if words == "" {
		return ""
	}
	return ": " + words
}

func (r *rower) statusLine(t *desk.Ticket, e desk.Entry, who string) string {
	from, to := desk.Status(e.From), desk.Status(e.To)
	said := ""
	why, words, _ := strings.Cut(e.Reason, ": ")
	switch {
	case e.Reason != "" && (!e.Staff || e.Author == desk.System) && closings[e.Reason] != "":
		said = ": " + say(closings[e.Reason])
	case to == desk.Solved && desk.Cause(e.Reason).Words() != "":
		said = ": " + say(desk.Cause(e.Reason).Words())
	case from.Done() && reopenings[why] != "":
		said = ": " + say(reopenings[why]) + more(words)
	case e.Reason != "":
		said = ": " + e.Reason
	}
	switch to {
	case desk.Solved:
		if e.Text != "" {
			said += ". " + e.Text
		}
		return say("{who} marked this as solved", "who", who) + said
	case desk.Closed:
		return say("{who} closed this", "who", who) + said
	}
	if from.Done() {
		return say("{who} opened this again", "who", who) + said
	}
	if from == to && to == desk.OnHold {
		return say("{who} changed how long this is on hold", "who", who) + said
	}
	switch to {
	case desk.Triage, desk.New:
		if from == desk.New {
			return say("{who} looked at this", "who", who) + said
		}
		return say("{who} put this back into the queue", "who", who) + said
	case desk.InProgress:
		if from == desk.New || from == desk.Triage {
			return say("{who} started work on this", "who", who) + said
		}
		return say("{who} took this up again", "who", who) + said
	case desk.WaitingCustomer:
		return say("{who} left the next step to {whom}", "who", who, "whom", r.briefly(t, t.Requester)) + said
	case desk.WaitingThirdParty:
		return say("{who} asked somebody outside for help", "who", who) + said
	case desk.OnHold:
		return say("{who} put this on hold", "who", who) + said
	}
	return unknownLine()
}

func (r *rower) assignedLine(t *desk.Ticket, e desk.Entry, who string) string {
	switch {
	case e.To == "":
		return say("{who} put this back into the queue", "who", who)
	case e.To == string(e.Author):
		return say("{who} took this", "who", who)
	case e.To == string(r.me.Person):
		return say("{who} gave this to you", "who", who)
	}
	return say("{who} gave this to {whom}", "who", who, "whom", or(e.ToName, r.name(t, desk.PersonID(e.To))))
}

func (r *rower) ccLine(e desk.Entry, who string) string {
	mine := string(r.me.Person)
	if e.From == string(e.Author) && e.To == "" {
		return say("{who} left the conversation", "who", who)
	}
	came, left := or(e.ToName, e.To), or(e.Text, e.From)
	if e.To == mine {
		came = "you"
	}
	if e.From == mine {
		left = "you"
	}
	switch whole := e.Reason == desk.WholeConversation; {
	case e.To == "":
		return say("{who} removed {left}", "who", who, "left", left)
	case e.From == "" && whole:
		return say("{who} lets {came} read all of it", "who", who, "came", came)
	case e.From == "":
		return say("{who} added {came}", "who", who, "came", came)
	case whole:
		return say("{who} lets {came} read all of it and removed {left}", "who", who, "came", came, "left", left)
	}
	return say("{who} added {came} and removed {left}", "who", who, "came", came, "left", left)
}

// keptLine is a change of what the team keeps of a ticket.
func keptLine(e desk.Entry, who string) string {
	switch e.Kind {
	case desk.Promised, desk.PromiseSettled:
		return promiseLine(e, who)
	case desk.Judged:
		return judgedLine(e, who)
	case desk.Snoozed:
		return snoozedLine(e, who)
	case desk.WorkPlanned:
		return workLine(e, who)
	case desk.FixSet:
		return fixLine(e, who)
	case desk.WentOn:
		return say("{who} went on with this while {other} had it along", "who", who, "other", e.ToName)
	case desk.UrgencySet, desk.Struck, desk.Unstruck, desk.BanSet:
		return misuseLine(e, who)
	case desk.UploadAsked, desk.UploadGranted:
		return uploadLine(e, who)
	case desk.HoldSet:
		return holdLine(e, who)
	case desk.FilesDeleted:
		return say("The files until here were deleted after their time")
	}
	return unknownLine()
}
