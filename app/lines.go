package app

import (
	"fmt"
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

const unknownLine = "Updated in a newer version of Docket"

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
			return fmt.Sprintf("%s raised the priority to %s, because this has waited three times as long as it should", who, e.To)
		}
		switch e.Reason {
		case "merged":
			return fmt.Sprintf("%s raised the priority to %s with it", who, e.To)
		case "unmerged":
			return fmt.Sprintf("%s left this with the priority it had, %s", who, e.To)
		}
		if e.From == e.To {
			return fmt.Sprintf("%s left the priority at %s%s", who, e.To, because)
		}
		return fmt.Sprintf("%s set the priority to %s%s", who, or(e.To, "none"), because)
	case desk.CCsSet:
		return r.ccLine(e, who)
	case desk.Renamed:
		return fmt.Sprintf("%s renamed this from “%s” to “%s”", who, e.From, e.To)
	case desk.PrivacySet:
		if e.To == "private" || e.To == "true" {
			return who + " hid this from colleagues"
		}
		return who + " let colleagues read this"
	case desk.Skipped:
		return who + " skipped this in the queue" + because
	case desk.Typed:
		if e.To == string(desk.Incident) {
			return who + " noted that this worked before"
		}
		return who + " noted that this is something new or changed"
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
		return who + " removed a text here" + because
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
	s := fmt.Sprintf("%s passed this from %s to %s%s", who, r.deptName(desk.DeptID(e.From)), or(e.ToName, r.deptName(desk.DeptID(e.To))), because)
	if e.Text != "" {
		s += ". Tried: " + e.Text
	}
	if e.Usual != "" {
		s += ". Usual answer there: " + strings.TrimPrefix(e.Usual, "usually ")
	}
	if !e.Opens.IsZero() {
		s += ". It opens again on " + e.Opens.Local().Format("Monday 2 January at 15:04")
	}
	return s
}

func settledLine(e desk.Entry, who string) string {
	if len(e.Answers) == 0 {
		return unknownLine
	}
	switch a := e.Answers[0]; {
	case a.State == desk.AskDropped:
		return fmt.Sprintf("%s no longer needs “%s”", who, a.Text)
	case a.Answer != "":
		return fmt.Sprintf("%s noted on “%s”: %s", who, a.Text, a.Answer)
	default:
		return fmt.Sprintf("%s noted on “%s”: %s", who, a.Text, a.State.Words())
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
	said := or(lates[desk.DueKind(e.From)], "Something is late")
	if e.From == string(desk.DuePromise) {
		return fmt.Sprintf("“%s” was not kept in time: asked %s", e.Text, r.askedOf(t, e)+inPlaceOf(e.Away))
	}
	switch {
	case e.To == "" || e.From == string(desk.DueAssign):
		return said
	case e.Reason == "stands_in":
		return said + ": told " + r.askedOf(t, e) + inPlaceOf(e.Away)
	case e.To == string(r.me.Person):
		return said + "; you have this"
	}
	return said + "; " + or(e.ToName, r.name(t, desk.PersonID(e.To))) + " has this"
}

// askedOf is whom the desk asked or told.
func (r *rower) askedOf(t *desk.Ticket, e desk.Entry) string {
	switch e.To {
	case "":
		return "the team"
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
	is := "is"
	if strings.Contains(away, ", ") {
		is = "are"
	}
	return ", in place of " + strings.ReplaceAll(away, ", ", " and ") + ", who " + is + " away"
}

func (r *rower) nudgedLine(t *desk.Ticket, e desk.Entry) string {
	if e.Reason == "stale" {
		e.Away = or(e.Away, e.Text) // as it was written once
	}
	asked := r.askedOf(t, e) + inPlaceOf(e.Away)
	if e.Reason == "fix" {
		return "It has a workaround and waits for its fix: asked " + asked
	}
	if e.Reason == "stands_in" {
		return or(e.Text, e.From) + " is away: told " + asked
	}
	if e.Reason == "work" {
		return workNudge(e, asked)
	}
	if e.Reason == "near" {
		return nearNudge(e, asked)
	}
	if e.Reason == "snoozed" {
		return "It was put aside until now: told " + asked
	}
	if e.Reason == "reopened" {
		return "Opened again for the second time: told " + asked
	}
	if e.Reason == "needed" {
		return "This is needed soon: asked " + asked
	}
	if e.Reason == "unreached" {
		return fmt.Sprintf("%s has no computer signed in, so no reminder reaches them: asked %s to telephone", or(e.Text, "The customer"), asked)
	}
	if e.Reason == "no_answer" {
		return "The customer does not answer an emergency: asked " + asked
	}
	return "Nothing was done here for a while: asked " + asked
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
		said = ": " + closings[e.Reason]
	case to == desk.Solved && desk.Cause(e.Reason).Words() != "":
		said = ": " + desk.Cause(e.Reason).Words()
	case from.Done() && reopenings[why] != "":
		said = ": " + reopenings[why] + more(words)
	case e.Reason != "":
		said = ": " + e.Reason
	}
	switch to {
	case desk.Solved:
		if e.Text != "" {
			said += ". " + e.Text
		}
		return who + " marked this as solved" + said
	case desk.Closed:
		return who + " closed this" + said
	}
	if from.Done() {
		return who + " opened this again" + said
	}
	if from == to && to == desk.OnHold {
		return who + " changed how long this is on hold" + said
	}
	switch to {
	case desk.Triage, desk.New:
		if from == desk.New {
			return who + " looked at this" + said
		}
		return who + " put this back into the queue" + said
	case desk.InProgress:
		if from == desk.New || from == desk.Triage {
			return who + " started work on this" + said
		}
		return who + " took this up again" + said
	case desk.WaitingCustomer:
		return who + " left the next step to " + r.briefly(t, t.Requester) + said
	case desk.WaitingThirdParty:
		return who + " asked somebody outside for help" + said
	case desk.OnHold:
		return who + " put this on hold" + said
	}
	return unknownLine
}

func (r *rower) assignedLine(t *desk.Ticket, e desk.Entry, who string) string {
	switch {
	case e.To == "":
		return who + " put this back into the queue"
	case e.To == string(e.Author):
		return who + " took this"
	case e.To == string(r.me.Person):
		return who + " gave this to you"
	}
	return who + " gave this to " + or(e.ToName, r.name(t, desk.PersonID(e.To)))
}

func (r *rower) ccLine(e desk.Entry, who string) string {
	mine := string(r.me.Person)
	if e.From == string(e.Author) && e.To == "" {
		return who + " left the conversation"
	}
	came, left := or(e.ToName, e.To), or(e.Text, e.From)
	if e.To == mine {
		came = "you"
	}
	if e.From == mine {
		left = "you"
	}
	var parts []string
	switch {
	case e.To != "" && e.Reason == desk.WholeConversation:
		parts = append(parts, "lets "+came+" read all of it")
	case e.To != "":
		parts = append(parts, "added "+came)
	}
	if e.From != "" {
		parts = append(parts, "removed "+left)
	}
	return who + " " + strings.Join(parts, " and ")
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
		return who + " went on with this while " + e.ToName + " had it along"
	case desk.UrgencySet, desk.Struck, desk.Unstruck, desk.BanSet:
		return misuseLine(e, who)
	case desk.UploadAsked, desk.UploadGranted:
		return uploadLine(e, who)
	case desk.HoldSet:
		return holdLine(e, who)
	case desk.FilesDeleted:
		return "The files until here were deleted after their time"
	}
	return unknownLine
}
