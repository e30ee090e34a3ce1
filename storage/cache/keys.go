package cache

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"docket/app/desk"
)

// Format is the version of everything below. A directory of another format is
// moved aside and loaded anew; a cache is never migrated (RELIABILITY 1.9).
const Format uint16 = 8

// The keys, by their first byte. Ticket ids are packed into 16 bytes, numbers
// are big endian, lanes and views are known by numbers of their own.
//
//	'c' lane                       laneState; the lane's cursor and snapshot
//	'l' lane-no ticket             gen u32: the ticket is visible through the lane
//	'r' lane-no ref-kind 0 ref-id  gen u32 | body of reference data
//	't' ticket                     record: the ticket's head and what is known of it
//	'e' ticket seq                 chunk: entries from seq on
//	'b' key part                   continuation of a value that is too large
//	'x' view-no sort-key           the ticket at the end of the sort key is in the view; what a list shows of it
//	'd' view-no fence              count u32 of the view's rows from the fence to the next
//	'n' view-no                    Counts of the view
//	'w' word 0 pack                tickets: those of the pack that are found by the word
//	's' segment-no                 segment of the search index; see segments.go
//	'g' segment-no word 0 part     block of it: words and where they stand, up to the word of the key
//	'h' segment-no chunk           the documents of the segment
//	'u' ticket                     time, commit: the ticket is to be read whole for its words
//	'z' ticket                     segment-no: what the segments below say of the ticket is to go
//	'y' ticket hash                the text of a text file that the ticket names
//	'k' ticket                     time: there are such whose text is not here
//	'q' ticket                     the ticket's entries do not join up; it is to be fetched
//	'f' scope 0 day                the figures of a day, once somebody looked at them
//	'm' name                       a small value of the callers
//	'i' name                       a small value of the cache itself
//	'j' n                          commit n happened; see journal
//
// The truth is the server's. t, e, l, r and c are its copy; x, d, n, w and f are
// built from t and can be built again, s, g and h from t and e.
const (
	kindLane    = 'c'
	kindMember  = 'l'
	kindRef     = 'r'
	kindTicket  = 't'
	kindEntries = 'e'
	kindPart    = 'b'
	kindRow     = 'x'
	kindBlock   = 'd'
	kindCounts  = 'n'
	kindWord    = 'w'
	kindMissing = 'q'
	kindFigure  = 'f'
	kindSegment = 's'
	kindTerms   = 'g'
	kindDocs    = 'h'
	kindPending = 'u'
	kindGone    = 'z'
	kindText    = 'y'
	kindUnread  = 'k'
	kindMeta    = 'm'
	kindOwn     = 'i'
	kindJournal = 'j'
)

// indexKinds are those of the search index, which is made anew when one is
// damaged.
var indexKinds = []byte{kindSegment, kindTerms, kindDocs, kindPending, kindGone, kindText, kindUnread}

// The names of kindOwn.
const (
	ownFormat = "format"
	ownIndex  = "index"
	ownTotals = "totals"
	ownMe     = "me"
	ownTerms  = "terms"
)

// tid is a ticket id packed.
type tid [16]byte

func packID(id desk.TicketID) (tid, error) {
	var t tid
	if !desk.ValidUUID(string(id)) {
		return t, fmt.Errorf("ticket id %.40q is not a UUID", id)
	}
	s := id[0:8] + id[9:13] + id[14:18] + id[19:23] + id[24:36]
	_, err := hex.Decode(t[:], []byte(s))
	return t, err
}

func (t tid) id() desk.TicketID {
	s := hex.EncodeToString(t[:])
	return desk.TicketID(s[0:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:32])
}

func key(kind byte, parts ...[]byte) []byte {
	return append([]byte{kind}, bytes.Join(parts, nil)...)
}

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func laneKey(l desk.LaneID) []byte        { return key(kindLane, []byte(l)) }
func memberKey(lane uint32, t tid) []byte { return key(kindMember, u32(lane), t[:]) }
func membersOf(lane uint32) []byte        { return key(kindMember, u32(lane)) }
func refsOf(lane uint32) []byte           { return key(kindRef, u32(lane)) }
func ticketKey(t tid) []byte              { return key(kindTicket, t[:]) }
func entriesKey(t tid, seq uint64) []byte { return key(kindEntries, t[:], u64(seq)) }
func entriesOf(t tid) []byte              { return key(kindEntries, t[:]) }
func partKey(k []byte, part uint16) []byte {
	return key(kindPart, k, binary.BigEndian.AppendUint16(nil, part))
}
func rowKey(view uint32, sort []byte) []byte    { return key(kindRow, u32(view), sort) }
func rowsOf(view uint32) []byte                 { return key(kindRow, u32(view)) }
func blockKey(view uint32, fence []byte) []byte { return key(kindBlock, u32(view), fence) }
func blocksOf(view uint32) []byte               { return key(kindBlock, u32(view)) }
func countsKey(view uint32) []byte              { return key(kindCounts, u32(view)) }
func missingKey(t tid) []byte                   { return key(kindMissing, t[:]) }
func metaKey(name string) []byte                { return key(kindMeta, []byte(name)) }
func ownKey(name string) []byte                 { return key(kindOwn, []byte(name)) }
func journalKey(n uint64) []byte                { return key(kindJournal, u64(n)) }

func refKey(lane uint32, r *desk.Ref) []byte {
	return key(kindRef, u32(lane), []byte(r.Kind), []byte{0}, []byte(r.ID))
}

func wordKey(word string, p pack) []byte {
	return key(kindWord, []byte(word), []byte{0}, p.order())
}
