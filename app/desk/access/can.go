package access

import "docket/app/desk"

// NotFound is the one answer to whoever asks for what is not there or not
// theirs; the two must not be told apart.
func NotFound() *desk.Error {
	return &desk.Error{
		Code:    desk.CodeNotFound,
		Message: "There is no such request, or you cannot see it any more.",
		Hint:    "Ask whoever gave you the number, or open a new request.",
	}
}

// denied says that a may see t and not do this to it.
func denied(message, hint string) *desk.Error {
	return &desk.Error{Code: desk.CodeDenied, Message: message, Hint: hint}
}

// Can gives nil when a may give a command of kind k about t, and otherwise a
// not_found or denied error. It looks at who asks, not at what is asked; rules
// about the arguments are flow's. For CmdOpen t is nil.
func Can(a desk.Actor, t *desk.Ticket, k desk.CommandKind) error {
	if k == desk.CmdOpen {
		if a.Person == "" || (a.Role != desk.Customer && !a.Role.Staff()) {
			return denied("This account cannot open requests.", "Ask the support desk to enable it.")
		}
		return nil
	}
	if k == desk.CmdNoteCall { // about no ticket that anybody knows of
		if a.Role.Staff() {
			return nil
		}
		return NotFound()
	}
	if k == desk.CmdSaveView { // about no ticket; whose view it is, is for MayKeep
		if a.Person != "" && (a.Role == desk.Customer || a.Role.Staff()) {
			return nil
		}
		return noView()
	}
	if k.Helps() { // about no ticket
		return canHelp(a, k)
	}
	if !CanSee(a, t) {
		return NotFound()
	}
	switch {
	case k == desk.CmdRead, k == desk.CmdFollow: // their own affair
		return nil
	case k == desk.CmdJoin:
		if a.Role == desk.Customer {
			return nil // it says no more than that they have it, too
		}
		return denied("This is for customers who have the same trouble.", "Write a note, or open a ticket for whoever called.")
	case k == desk.CmdRunDue:
		if a.Person == desk.System {
			return nil
		}
		return denied("The desk does that by itself when it is time.", "")
	case k == desk.CmdRate: // the team does not say how it was
		if takesPart(a, t) && t.Requester == a.Person {
			return nil
		}
		return denied("Only the person who opened this request can say how it was.", "Write a message instead.")
	case k == desk.CmdApprove:
		if takesPart(a, t) && t.Approval.By == a.Person {
			return nil
		}
		return denied("Only the person named as approver decides that.", "Write a message to them.")
	}
	if worksOn(a, t) {
		if k == desk.CmdHold && a.Role == desk.Engineer {
			return denied("Only a lead can put a ticket on legal hold or take it off.", "Ask a lead of the department.")
		}
		if _, known := staffMay[k]; known {
			return nil
		}
		return denied("This version does not know how to do that.", "")
	}
	if a.Role.Staff() {
		return canBeside(a, t, k)
	}
	return canCustomer(a, t, k)
}

// staffMay is what staff does with a ticket of their department or their own.
var staffMay = map[desk.CommandKind]struct{}{
	desk.CmdReply: {}, desk.CmdNote: {}, desk.CmdClose: {}, desk.CmdReopen: {},
	desk.CmdStatus: {}, desk.CmdAssign: {}, desk.CmdRefer: {}, desk.CmdPriority: {},
	desk.CmdCCs: {}, desk.CmdRename: {}, desk.CmdPrivate: {},
	desk.CmdCall: {}, desk.CmdChat: {}, desk.CmdNotice: {},
	desk.CmdSkip: {}, desk.CmdSettleAsk: {}, desk.CmdType: {}, desk.CmdLink: {}, desk.CmdHelpers: {},
	desk.CmdSay: {}, desk.CmdJoinChat: {}, desk.CmdEndChat: {},
	desk.CmdTags: {}, desk.CmdLanguage: {},
	desk.CmdTopic: {}, desk.CmdFill: {}, desk.CmdTick: {},
	desk.CmdPromise: {}, desk.CmdSettlePromise: {}, desk.CmdSnooze: {},
	desk.CmdMerge: {}, desk.CmdUnmerge: {}, desk.CmdSplit: {},
	desk.CmdEscalate: {}, desk.CmdAcknowledge: {}, desk.CmdDeescalate: {},
	desk.CmdWorkaround: {}, desk.CmdVerdict: {}, desk.CmdFix: {}, desk.CmdWork: {},
	desk.CmdAlong: {}, desk.CmdStrike: {}, desk.CmdUnstrike: {}, desk.CmdBan: {}, desk.CmdHold: {}, desk.CmdGrant: {}, desk.CmdAskUpload: {},
}

// canBeside is for staff who see a ticket without working on it: mentioned, in
// CC, or asking for something themselves.
func canBeside(a desk.Actor, t *desk.Ticket, k desk.CommandKind) error {
	part, mine := takesPart(a, t), takesPart(a, t) && t.Requester == a.Person
	switch k {
	case desk.CmdNote:
		return nil
	case desk.CmdReply, desk.CmdAskUpload, desk.CmdCCs, desk.CmdLink, desk.CmdFill, desk.CmdEscalate, desk.CmdSay, desk.CmdEndChat, desk.CmdVerdict:
		if part {
			return nil
		}
	case desk.CmdClose, desk.CmdReopen, desk.CmdPrivate:
		if mine {
			return nil
		}
	}
	return denied("This ticket belongs to another department.", "You can write a note, or ask somebody there to assign it to you.")
}

// canCustomer is for the requester, people in CC and colleagues.
func canCustomer(a desk.Actor, t *desk.Ticket, k desk.CommandKind) error {
	part := takesPart(a, t)
	mine := part && t.Requester == a.Person
	switch k {
	case desk.CmdReply, desk.CmdAskUpload, desk.CmdLink, desk.CmdFill, desk.CmdEscalate, desk.CmdSay, desk.CmdEndChat, desk.CmdSplit, desk.CmdVerdict: // a split is theirs to ask for
		if part || colleague(a, t) == desk.OrgComment {
			return nil
		}
		return denied("You can read this request, and not write to it.", "Ask your colleague to add you, or open a request of your own.")
	case desk.CmdCCs:
		if part {
			return nil
		}
		return denied("Only people who take part can change who follows this request.", "Ask your colleague to add you.")
	case desk.CmdReopen: // as their message does
		if part || colleague(a, t) == desk.OrgComment {
			return nil
		}
		return denied("You can read this request, and not open it again.", "Ask your colleague to add you, or open a request of your own.")
	case desk.CmdClose, desk.CmdPrivate:
		if mine {
			return nil
		}
		return denied("Only the person who opened this request can do that.", "Write a message instead.")
	}
	return denied("Only the support desk can do that.", "Write a message saying what you need.")
}
