package policy

import (
	"slices"
	"strings"

	"docket/app/desk"
)

// ViewID names a view, such as "needs_me" or "dept:mail".
type ViewID string

// The views with a fixed name. The others are TriageView and DeptView of a
// department and OrgView of an organization.
const (
	ViewNeedsMe         ViewID = "needs_me"
	ViewMyOpen          ViewID = "my_open"
	ViewUnassigned      ViewID = "unassigned"
	ViewAllOpen         ViewID = "all_open"
	ViewWaitingCustomer ViewID = "waiting_customer"
	ViewWaitingThird    ViewID = "waiting_third"
	ViewOnHold          ViewID = "on_hold"
	ViewWaitingLong     ViewID = "waiting_long"
	ViewSnoozed         ViewID = "snoozed"
	ViewSolved          ViewID = "solved"
	// ViewCalled is what somebody is called to: an emergency nobody has answered,
	// and what is escalated.
	ViewCalled ViewID = "called"
	// ViewChats is where somebody chats now (BEHAVIOURS 3.9).
	ViewChats ViewID = "chats"

	ViewMine        ViewID = "mine" // those that are open
	ViewMineAll     ViewID = "mine_all"
	ViewWaitingOnMe ViewID = "waiting_on_me"
	ViewCCd         ViewID = "ccd"
)

const (
	triagePrefix = "triage:"
	deptPrefix   = "dept:"
	orgPrefix    = "org:"
)

// TriageView is what nobody has taken yet in the department that receives.
func TriageView(d desk.DeptID) ViewID { return ViewID(triagePrefix + string(d)) }

// DeptView is the view of a department's tickets.
func DeptView(d desk.DeptID) ViewID { return ViewID(deptPrefix + string(d)) }

// OrgView is the view of the requests of an organization.
func OrgView(o desk.OrgID) ViewID { return ViewID(orgPrefix + string(o)) }

// View is a list of tickets as the rail shows it.
type View struct {
	ID    ViewID
	Title string
	// Icon is a name of the window's icons.
	Icon string
	// Group is the rail's group: "" (top), "waiting", "departments" or "shared".
	Group string
	// Empty is what the list says when nothing is in it.
	Empty string
}

// Views gives me's views in the rail's order. Departments are those me knows;
// staff gets a view for each of their own, and an organization's view is
// titled with the organization's id until the caller puts the name there.
func Views(me desk.Actor, departments []desk.Department) []View {
	switch {
	case me.Role.Staff():
		return staffViews(me, departments)
	case me.Role == desk.Customer:
		return customerViews(me)
	}
	return nil
}

func staffViews(me desk.Actor, departments []desk.Department) []View {
	views := []View{
		{ViewNeedsMe, "Needs me", "corner-up-left", "", "Nothing needs you."},
		{ViewCalled, "Escalated", "chevrons-up", "", "Nothing is escalated, and no emergency waits for an answer."},
		{ViewMyOpen, "My open", "user-round", "", "You have no open tickets."},
	}
	for _, d := range departments {
		if d.Triage && me.In(d.ID) {
			views = append(views, View{TriageView(d.ID), "Triage", "inbox", "", "Everything has been looked at."})
		}
	}
	views = append(views,
		View{ViewUnassigned, "Unassigned", "circle-dot", "", "Every open ticket has somebody."},
		View{ViewAllOpen, "All open", "layers", "", "There are no open tickets."},
		View{ViewChats, "Chats", "message-circle", "", "Nobody chats at the moment."},
		View{ViewWaitingCustomer, "On customer", "arrow-right", "waiting", "No ticket waits on a customer."},
		View{ViewWaitingThird, "On third party", "diamond", "waiting", "No ticket waits on a third party."},
		View{ViewOnHold, "On hold", "pause", "waiting", "No ticket is on hold."},
		View{ViewSnoozed, "Snoozed", "clock", "waiting", "No ticket is put aside."},
		View{ViewWaitingLong, "Waiting over 14 days", "hourglass", "waiting", "No ticket has waited for somebody else for 14 days."},
	)
	for _, d := range departments {
		if me.In(d.ID) || me.Role == desk.Admin {
			icon := d.Icon
			if icon == "" {
				icon = "folder"
			}
			views = append(views, View{DeptView(d.ID), d.Name, icon, "departments", "No tickets in {name}."})
		}
	}
	return append(views, View{ViewSolved, "Solved", "circle-check", "departments", "Nothing has been solved yet."})
}

func customerViews(me desk.Actor) []View {
	views := []View{
		{ViewMine, "Open", "inbox", "", "You have no open requests."},
		{ViewWaitingOnMe, "Waiting on me", "corner-up-left", "", "Nothing waits on you."},
		{ViewSolved, "Solved", "circle-check", "", "None of your requests is solved yet."},
		{ViewMineAll, "All", "history", "", "You have no requests."},
		{ViewCCd, "Requests I’m CC’d on", "users-round", "shared", "Nobody has added you to a request."},
	}
	for _, m := range me.Memberships {
		if m.Access == desk.OrgRead || m.Access == desk.OrgComment {
			views = append(views, View{OrgView(m.Org), string(m.Org), "building-2", "shared", "Your colleagues have no requests you can read."})
		}
	}
	return views
}

// InView reports whether t lies in the view for me. It takes for granted that
// me may see t.
func InView(v ViewID, t *desk.Ticket, me desk.Actor) bool {
	if d, ok := strings.CutPrefix(string(v), deptPrefix); ok {
		return me.Role.Staff() && t.Department == desk.DeptID(d)
	}
	if d, ok := strings.CutPrefix(string(v), triagePrefix); ok {
		untaken := t.Assignee == "" && t.Into == "" && (t.Status == desk.New || t.Status == desk.Triage)
		return me.Role.Staff() && t.Department == desk.DeptID(d) && untaken
	}
	if o, ok := strings.CutPrefix(string(v), orgPrefix); ok {
		return !me.Role.Staff() && o != "" && t.Org == desk.OrgID(o) && !t.Private
	}
	if me.Role.Staff() {
		return inStaffView(v, t, me)
	}
	mine, over := t.Requester == me.Person, t.Status.Done() || t.Into != ""
	switch v {
	case ViewMine:
		return mine && !over
	case ViewMineAll:
		return mine
	case ViewWaitingOnMe:
		return mine && !over && t.Status == desk.WaitingCustomer
	case ViewSolved:
		return mine && over
	case ViewCCd:
		return !mine && slices.Contains(t.CCs, me.Person)
	}
	return false
}

func inStaffView(v ViewID, t *desk.Ticket, me desk.Actor) bool {
	open := !t.Status.Done() && t.Into == ""
	if !open && v != ViewSolved {
		return false
	}
	switch v {
	case ViewNeedsMe:
		return Turn(t, me) == Yours
	case ViewCalled:
		return Called(t)
	case ViewChats:
		return t.Live.ID != ""
	case ViewMyOpen:
		return t.Assignee == me.Person || slices.Contains(t.Helpers, me.Person)
	case ViewUnassigned:
		return t.Assignee == ""
	case ViewAllOpen:
		return true
	case ViewWaitingCustomer:
		return t.Status == desk.WaitingCustomer
	case ViewWaitingThird:
		return t.Status == desk.WaitingThirdParty
	case ViewWaitingLong:
		return t.Clocks.Over
	case ViewSnoozed:
		return open && Snoozed(t)
	case ViewOnHold:
		return t.Status == desk.OnHold
	case ViewSolved:
		return !open
	}
	return false
}
