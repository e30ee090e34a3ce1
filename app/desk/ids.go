package desk

import (
	"fmt"
	"strings"
)

// Ids of tickets, entries, commands and devices are UUIDv7 in canonical form,
// made by whoever speaks first, so that a thing written offline has its name at
// once. Ids of people, organizations and departments are the short names the
// operator chose in desk.yaml.
type (
	// TicketID names a ticket.
	TicketID string
	// EntryID names an entry: its command's id, with "-1", "-2" for further ones,
	// and on another ticket than the command's with "-also" before that.
	EntryID string
	// CommandID names a command.
	CommandID string
	// DeviceID names a computer somebody signed in on.
	DeviceID string
	// PersonID names a person.
	PersonID string
	// OrgID names an organization.
	OrgID string
	// DeptID names a department.
	DeptID string
	// BlobHash names an attachment's bytes: 64 lower-case hex digits of SHA-256.
	BlobHash string
	// LaneID names a lane of the sync protocol: "c/user/<person>", "c/org/<org>",
	// "s/dept/<dept>", "s/user/<person>", "s/dir", "c/dir" or "c/dir/<org>"; of the
	// knowledge base "s/help", "c/help" or "c/help/<org>".
	LaneID string
)

// Number is a ticket's number without its check digit; 0 means not numbered
// yet. Numbers are given by the server, ascend, and are never used twice.
type Number uint64

// System is the author of what no person did.
const System PersonID = "system"

// ValidSlug reports whether s may be a person, organization or department id:
// 1 to 63 of a–z, 0–9 and hyphen, starting with a letter or digit.
func ValidSlug(s string) bool {
	if len(s) == 0 || len(s) > 63 || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// ValidUUID reports whether s is a UUID in canonical lower-case form.
func ValidUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

// ValidHash reports whether h is a SHA-256 in lower-case hex.
func (h BlobHash) ValidHash() bool {
	if len(h) != 64 {
		return false
	}
	for _, c := range []byte(h) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// damm is the operation table of H. Michael Damm's check digit (2004): it
// finds every single wrong digit and every swap of two neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// String writes the number as people say it: its digits, then the check digit
// (BEHAVIOURS 3.2). Number(0) is the empty string.
func (n Number) String() string {
	if n == 0 {
		return ""
	}
	d := fmt.Sprintf("%d", uint64(n))
	var check byte
	for i := range len(d) {
		check = damm[check][d[i]-'0']
	}
	return d + string('0'+check)
}

// ParseNumber reads what a person typed or pasted: digits with an optional "#"
// or word before them and spaces, dots or hyphens between. It refuses a number
// whose check digit is wrong with [ErrCheckDigit].
func ParseNumber(s string) (Number, error) {
	var digits []byte
	started := false
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digits, started = append(digits, c), true
		case c == ' ' || c == '-' || c == '.':
		case started:
			return 0, ErrNotANumber
		}
	}
	if len(digits) < 2 || len(digits) > 19 {
		return 0, ErrNotANumber
	}
	var check byte
	var n uint64
	for i, c := range digits {
		check = damm[check][c-'0']
		if i < len(digits)-1 {
			n = n*10 + uint64(c-'0')
		}
	}
	if n == 0 {
		return 0, ErrNotANumber
	}
	if check != 0 {
		return 0, ErrCheckDigit
	}
	return Number(n), nil
}

// MaskMark begins the id under which customers meet somebody who is masked
// (BEHAVIOURS 4.8).
const MaskMark = "masked-"

// Masked reports whether p is what customers meet instead of somebody of ours.
func (p PersonID) Masked() bool { return strings.HasPrefix(string(p), MaskMark) }
