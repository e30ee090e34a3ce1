package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/access"
)

// The ticket everybody in the matrix looks at: Rita of Kranich asked, Carl
// from elsewhere and Sten of ours are in CC, Asa of Servers has it, Hal of
// Servers helps, Fay of Servers was mentioned, and it lies in Mail.
func matrixTicket(private bool) *desk.Ticket {
	return &desk.Ticket{
		ID: "t1", Requester: "rita", CCs: []desk.PersonID{"carl", "sten"}, Org: "kranich", Department: "mail",
		Assignee: "asa", Helpers: []desk.PersonID{"hal"}, Followers: []desk.PersonID{"fay"}, Private: private, PublicVersion: 1, Approval: desk.Approval{By: "carl"},
		People: []desk.Named{
			{ID: "rita", Name: "Rita", Org: "kranich"},
			{ID: "carl", Name: "Carl", Org: "sund"},
			{ID: "sten", Name: "Sten", Staff: true},
			{ID: "asa", Name: "Asa", Staff: true},
			{ID: "fay", Name: "Fay", Staff: true},
			{ID: "hal", Name: "Hal", Staff: true},
		},
	}
}

func customer(id desk.PersonID, org desk.OrgID, level desk.OrgAccess) desk.Actor {
	return desk.Actor{Person: id, Role: desk.Customer, Memberships: []desk.Membership{{Org: org, Access: level}}}
}

func staff(id desk.PersonID, r desk.Role, depts ...desk.DeptID) desk.Actor {
	return desk.Actor{Person: id, Role: r, Departments: depts}
}

var matrixActors = map[string]desk.Actor{
	"requester": customer("rita", "kranich", desk.OrgNone),
	"cc":        customer("carl", "sund", desk.OrgRead),
	"orgnone":   customer("nora", "kranich", desk.OrgNone),
	"orgzero":   customer("zoe", "kranich", ""),
	"orgread":   customer("rene", "kranich", desk.OrgRead),
	"orgwrite":  customer("cora", "kranich", desk.OrgComment),
	"stranger":  customer("sven", "sund", desk.OrgComment),
	"engineer":  staff("ed", desk.Engineer, "mail"),
	"otherdept": staff("otto", desk.Engineer, "servers"),
	"assignee":  staff("asa", desk.Engineer, "servers"),
	"helper":    staff("hal", desk.Engineer, "servers"),
	"follower":  staff("fay", desk.Engineer, "servers"),
	"staffcc":   staff("sten", desk.Engineer, "servers"),
	"lead":      staff("lea", desk.Lead, "mail"),
	"otherlead": staff("leo", desk.Lead, "servers"),
	"admin":     staff("ada", desk.Admin, "mail", "servers", "care"),
	"disabled":  {Person: "dora", Role: ""},
	"nobody":    {},
	// Somebody who was a customer, asked, and works for us now: what they may
	// read changed with their role.
	"turned": staff("rita", desk.Engineer, "servers"),
	"clerk":  desk.Clerk(),
}

// + may · d sees it and may not · . is told it is not there.
// c and s are the form in which somebody hears of it.
const matrix = `
                requester cc orgnone orgzero orgread orgwrite stranger engineer otherdept assignee helper follower staffcc lead otherlead admin disabled nobody turned clerk
hears           c         c  .       .       c       c        .        s        .         s        s      s        s       s    .         s     .        .      .      .
open            +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     d        d      +      +
reply           +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
note            d         d  .       .       d       d        .        +        .         +        +      +        +       +    .         +     .        .      .      +
close           +         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
reopen          +         +  .       .       d       +        .        +        .         +        +      d        d       +    .         +     .        .      .      +
status          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
assign          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
refer           d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
priority        d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
ccs             +         +  .       .       d       d        .        +        .         +        +      d        +       +    .         +     .        .      .      +
rename          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
private         +         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
read            +         +  .       .       +       +        .        +        .         +        +      +        +       +    .         +     .        .      .      +
follow          +         +  .       .       +       +        .        +        .         +        +      +        +       +    .         +     .        .      .      +
call            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
chat            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
notice          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
run_due         d         d  .       .       d       d        .        d        .         d        d      d        d       d    .         d     .        .      .      +
skip            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
settle_ask      d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
link            +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
say             +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
join_chat       d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
end_chat        +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
tags            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
language        d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
topic           d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
fill            +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
type            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
helpers         d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
rate            +         d  .       .       d       d        .        d        .         d        d      d        d       d    .         d     .        .      .      d
escalate        +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
acknowledge     d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
deescalate      d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
promise         d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
settle_promise  d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
snooze          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
along           d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
ban             d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
unstrike        d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
strike          d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
merge           d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
unmerge         d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
split           +         +  .       .       d       +        .        +        .         +        +      d        d       +    .         +     .        .      .      +
join            +         +  .       .       +       +        .        d        .         d        d      d        d       d    .         d     .        .      .      d
tick            d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
approve         d         +  .       .       d       d        .        d        .         d        d      d        d       d    .         d     .        .      .      d
workaround  d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
work        d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
fix         d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
verdict     +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
note_call   .         .  .       .       .       .        .        +        +         +        +      +        +       +    +         +     .        .      +      +
save_view   +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
write_article   +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
move_article    +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
comment_article +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
read_article    +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
follow_article  +         +  +       +       +       +        +        +        +         +        +      +        +       +    +         +     .        .      +      +
vote_article    +         +  +       +       +       +        +        d        d         d        d      d        d       d    d         d     .        .      d      d
settle_comment  .         .  .       .       .       .        .        +        +         +        +      +        +       +    +         +     .        .      +      +
save_section    .         .  .       .       .       .        .        d        d         d        d      d        d       +    +         +     .        .      d      +
legal_hold  d         d  .       .       d       d        .        d        .         d        d      d        d       +    .         +     .        .      .      +
ask_upload      +         +  .       .       d       +        .        +        .         +        +      d        +       +    .         +     .        .      .      +
grant       d         d  .       .       d       d        .        +        .         +        +      d        d       +    .         +     .        .      .      +
`

func parseMatrix(t *testing.T) map[string]map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	names := strings.Fields(lines[0])
	if len(names) != len(matrixActors) {
		t.Fatalf("the matrix has %d columns for %d actors", len(names), len(matrixActors))
	}
	rows := map[string]map[string]string{}
	for _, l := range lines[1:] {
		f := strings.Fields(l)
		if len(f) != len(names)+1 {
			t.Fatalf("row %s has %d cells, want %d", f[0], len(f)-1, len(names))
		}
		rows[f[0]] = map[string]string{}
		for i, n := range names {
			rows[f[0]][n] = f[i+1]
		}
	}
	return rows
}

func cell(err error) string {
	switch {
	case err == nil:
		return "+"
	case errors.Is(err, desk.ErrDenied):
		return "d"
	case errors.Is(err, desk.ErrNotFound):
		return "."
	}
	return "?"
}

func TestRoleMatrix(t *testing.T) {
	rows := parseMatrix(t)
	ticket, hidden := matrixTicket(false), matrixTicket(true)
	for _, args := range desk.Commands() {
		kind := args.Kind()
		row, ok := rows[string(kind)]
		if !ok {
			t.Errorf("command %q has no row in the matrix: decide who may give it", kind)
			continue
		}
		for name, want := range row {
			a := matrixActors[name]
			if got := cell(access.Can(a, ticket, kind)); got != want {
				t.Errorf("%s by %s: got %s, want %s", kind, name, got, want)
			}
			// On a private ticket colleagues are told it is not there; nobody
			// else notices.
			if strings.HasPrefix(name, "org") && kind != desk.CmdOpen && !kind.Ticketless() {
				want = "."
			}
			if got := cell(access.Can(a, hidden, kind)); got != want {
				t.Errorf("%s on a private ticket by %s: got %s, want %s", kind, name, got, want)
			}
		}
	}
	if len(rows) != len(desk.Commands())+1 {
		t.Errorf("the matrix has %d rows for %d commands and one more", len(rows), len(desk.Commands()))
	}
}

func TestReaders(t *testing.T) {
	row := parseMatrix(t)["hears"]
	for name, want := range row {
		if name == "clerk" {
			continue // the desk itself listens to nothing
		}
		for _, private := range []bool{false, true} {
			if private && strings.HasPrefix(name, "org") {
				want = "."
			}
			a, ticket := matrixActors[name], matrixTicket(private)
			if got := hears(a, ticket); got != want {
				t.Errorf("%s, private %v: hears %q, want %q", name, private, got, want)
			}
			if got := access.CanSee(a, ticket); got != (want != ".") {
				t.Errorf("%s, private %v: sees %v, hears %q", name, private, got, want)
			}
		}
	}
}

// hears gives the audience in which a's lanes carry the ticket.
func hears(a desk.Actor, ticket *desk.Ticket) string {
	got := "."
	for _, l := range access.LanesFor(a) {
		if !slices.Contains(access.LanesOf(ticket), l) {
			continue
		}
		form := "s"
		if access.IsCustomerLane(l) {
			form = "c"
		}
		if got != "." && got != form {
			return "both"
		}
		got = form
	}
	return got
}

// A stranger asks for a ticket by its id, then for one that never was. The two
// answers must be the same to the letter.
func TestNotFoundIsOneAnswer(t *testing.T) {
	for _, kind := range []desk.CommandKind{desk.CmdRead, desk.CmdReply, desk.CmdNote, "made_up"} {
		a := matrixActors["stranger"]
		theirs, none := access.Can(a, matrixTicket(false), kind), access.Can(a, nil, kind)
		if theirs == nil || none == nil || *desk.AsError(theirs) != *desk.AsError(none) {
			t.Errorf("%s: %v for somebody else's, %v for nothing", kind, theirs, none)
		}
	}
}

func TestUnknownCommandIsDenied(t *testing.T) {
	for _, name := range []string{"requester", "engineer", "admin"} {
		if err := access.Can(matrixActors[name], matrixTicket(false), "made_up"); !errors.Is(err, desk.ErrDenied) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
