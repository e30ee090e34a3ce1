package desk_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"docket/app/desk"
)

func TestNumberString(t *testing.T) {
	for n, want := range map[desk.Number]string{0: "", 572: "5724", 1: "13"} {
		if got := n.String(); got != want {
			t.Errorf("%d: got %q, want %q", uint64(n), got, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for in, want := range map[string]desk.Number{
		"5724": 572, "#5724": 572, " 5724 ": 572, "57 24": 572, "5-7.24": 572, "Ticket #5724": 572, "Request no. 5724": 572,
	} {
		if got, err := desk.ParseNumber(in); got != want || err != nil {
			t.Errorf("%q: got %d, %v", in, got, err)
		}
	}
	for in, want := range map[string]error{
		"": desk.ErrNotANumber, "hello": desk.ErrNotANumber, "7": desk.ErrNotANumber, "5724x": desk.ErrNotANumber,
		"12345678901234567890": desk.ErrNotANumber, "00": desk.ErrNotANumber, "5725": desk.ErrCheckDigit, "5274": desk.ErrCheckDigit,
	} {
		if got, err := desk.ParseNumber(in); !errors.Is(err, want) || got != 0 {
			t.Errorf("%q: got %d, %v, want %v", in, got, err, want)
		}
	}
}

// A number said wrong by one digit or with two neighbours swapped is no number.
func TestNumberFindsSlips(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := desk.Number(rapid.Uint64Range(1, 1e12).Draw(rt, "n"))
		s := n.String()
		if got, err := desk.ParseNumber(s); err != nil || got != n {
			rt.Fatalf("%s: got %d, %v", s, got, err)
		}
		i := rapid.IntRange(0, len(s)-1).Draw(rt, "at")
		wrong := s[:i] + string('0'+(s[i]-'0'+byte(rapid.IntRange(1, 9).Draw(rt, "by")))%10) + s[i+1:]
		if got, err := desk.ParseNumber(wrong); err == nil {
			rt.Fatalf("%s for %s: got %d", wrong, s, got)
		}
		if i > 0 && s[i] != s[i-1] {
			swapped := s[:i-1] + s[i:i+1] + s[i-1:i] + s[i+1:]
			if got, err := desk.ParseNumber(swapped); err == nil {
				rt.Fatalf("%s for %s: got %d", swapped, s, got)
			}
		}
	})
}

func TestValidSlug(t *testing.T) {
	for s, want := range map[string]bool{
		"a": true, "jonas": true, "kranich-apotheken": true, "7": true, strings.Repeat("a", 63): true,
		"": false, "-a": false, "A": false, "a_b": false, "a/b": false, "ä": false, "a b": false, strings.Repeat("a", 64): false,
	} {
		if got := desk.ValidSlug(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestValidUUID(t *testing.T) {
	for s, want := range map[string]bool{
		"01890000-0000-7000-8000-000000000001": true, "": false, "01890000000070008000000000000001": false,
		"01890000-0000-7000-8000-00000000000G": false, "01890000-0000-7000-8000-00000000000A": false,
		"0189000-00000-7000-8000-000000000001": false,
	} {
		if got := desk.ValidUUID(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestReference(t *testing.T) {
	seen := map[string]bool{}
	for i := range 2000 {
		r := desk.TicketID(fmt.Sprintf("01890000-0000-7000-8000-%012x", i)).Reference()
		if len(r) != 7 || r[2] != '-' || strings.ContainsAny(r, "01OIL") || strings.Contains(r[:6], "U") {
			t.Fatalf("got %q", r)
		}
		seen[r] = true
	}
	if len(seen) < 1995 { // 2,000 of 24 million meet about 0.1 times
		t.Errorf("only %d references for 2,000 tickets", len(seen))
	}
	id := desk.TicketID("01890000-0000-7000-8000-000000000001")
	first, again := id.Reference(), id.Reference()
	if first != again {
		t.Error("the same ticket has two references")
	}
}

// One character that is another, and any two that are swapped, are found in every
// code there is; a code of an older Docket is read as it was.
func TestACodeIsMisheard(t *testing.T) {
	const all = "23456789ABCDEFGHJKMNPQRSTVWXYZU"
	for i := range 200 {
		id := desk.TicketID(fmt.Sprintf("01890000-0000-7000-8000-%012x", i))
		said := strings.ReplaceAll(id.Reference(), "-", "")
		for _, s := range []string{said, strings.ToLower(id.Reference()), " #" + said + " ", id.Code(), said[:5]} {
			if got, err := desk.ParseReference(s); err != nil || got != id.Code() {
				t.Fatalf("%q is %q, %v", s, got, err)
			}
		}
		if !desk.HasCheck(id.Reference()) || desk.HasCheck(id.Code()) {
			t.Fatalf("%q and %q", id.Reference(), id.Code())
		}
		for at := range said {
			for _, c := range []byte(all) {
				b := []byte(said)
				if b[at] = c; string(b) == said {
					continue
				}
				if got, err := desk.ParseReference(string(b)); err == nil {
					t.Fatalf("%q for %q is %q", b, said, got)
				}
			}
			for with := range at {
				b := []byte(said)
				b[at], b[with] = b[with], b[at]
				if got, err := desk.ParseReference(string(b)); string(b) != said && err == nil {
					t.Fatalf("%q for %q is %q", b, said, got)
				}
			}
		}
	}
}

// The table of operations names each kind once and holds every argument type.
func TestCommands(t *testing.T) {
	seen := map[desk.CommandKind]bool{}
	for _, a := range desk.Commands() {
		if seen[a.Kind()] || a.Kind() == "" {
			t.Errorf("%T: kind %q twice or empty", a, a.Kind())
		}
		if !reflect.ValueOf(a).IsZero() {
			t.Errorf("%T is not fresh", a)
		}
		seen[a.Kind()] = true
	}
	if len(seen) != 64 {
		t.Errorf("got %d commands", len(seen))
	}
}

func TestAsError(t *testing.T) {
	if desk.AsError(nil) != nil {
		t.Error("an error from nothing")
	}
	known := &desk.Error{Code: desk.CodeDenied, Message: "No."}
	if got := desk.AsError(fmt.Errorf("around: %w", known)); got != known {
		t.Errorf("got %v", got)
	}
	cause := errors.New("disk on fire")
	got := desk.AsError(cause)
	if got.Code != desk.CodeInternal || !errors.Is(got, cause) || strings.Contains(got.Message, "fire") {
		t.Errorf("got %+v", got)
	}
	if !errors.Is(known, desk.ErrDenied) || errors.Is(known, desk.ErrNotFound) || desk.ErrDenied.Is(known) {
		t.Error("Is does not go by code")
	}
}

func TestActor(t *testing.T) {
	a := desk.Actor{Departments: []desk.DeptID{"mail"}, Memberships: []desk.Membership{{Org: "o", Access: desk.OrgRead}, {Access: desk.OrgComment}}}
	if !a.In("mail") || a.In("care") {
		t.Error("departments")
	}
	if a.OrgAccess("o") != desk.OrgRead || a.OrgAccess("p") != desk.OrgNone || a.OrgAccess("") != desk.OrgNone {
		t.Error("organizations")
	}
	staff := slices.DeleteFunc([]desk.Role{desk.Customer, desk.Engineer, desk.Lead, desk.Admin, "", "root"}, func(r desk.Role) bool { return !r.Staff() })
	if len(staff) != 3 {
		t.Errorf("staff are %v", staff)
	}
}
