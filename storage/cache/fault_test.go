package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// small gives a closed cache with n tickets and a further reply on one of them.
func small(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	var items []desk.Item
	for i := range n {
		items = append(items, item(desk.ItemEnter, ticket(i), 1))
	}
	load(t, c, laneWeb, items...)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// whole reads everything of a cache and says what is not as small made it: an
// error with CodeDamaged if the cache says so itself.
func whole(c *Cache, n int) error {
	for i := range n {
		want := ticket(i)
		got, _, err := c.Ticket(want.ID)
		if err != nil {
			return err
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("ticket %d is another: %+v", i, got)
		}
		es, err := c.Entries(want.ID, 0, 10)
		if err != nil {
			return err
		}
		for s, e := range es {
			if e.Text != fmt.Sprintf("text %d", s+1) || len(es) != 3 {
				return fmt.Errorf("entries of ticket %d: %+v", i, es)
			}
		}
	}
	for _, v := range c.Views() {
		k, err := c.Count(v)
		if err != nil {
			return err
		}
		rows, err := c.Rows(v, 0, n)
		if err != nil {
			return err
		}
		if len(rows) != k.Total {
			return fmt.Errorf("view %s: %d rows, %d counted", v, len(rows), k.Total)
		}
	}
	if k, err := c.Count("dept:web"); err != nil || k.Total != n/2 {
		return fmt.Errorf("dept:web counts %d: %w", k.Total, err)
	}
	if cs, err := c.Cursors(); err != nil || len(cs) != 2 {
		return fmt.Errorf("cursors: %v: %w", cs, err)
	}
	return nil
}

// flips is how many bits are flipped in a run of the tests; one run of 2,000
// was made by hand.
const flips = 60

func TestBitFlips(t *testing.T) {
	const n = 60
	good := small(t, n)
	r := rand.New(rand.NewSource(7))
	told, harmless := 0, 0
	for range flips {
		dir := t.TempDir()
		copyDir(t, good, dir)
		name := flip(t, r, dir)
		c, opened, err := Open(dir, testKey, jsonCodec{}, t0)
		if err != nil {
			t.Fatalf("flip in %s: open: %v", name, err)
		}
		heard := false
		c.OnDamage(func(error) { heard = true })
		err = whole(c, n)
		switch {
		case opened.Quarantined != "", opened.Fresh:
			told++ // an empty cache asks for everything
		case errors.Is(err, desk.ErrDamaged) && heard:
			told++
		case err == nil:
			harmless++
		default:
			t.Errorf("flip in %s: nobody was told, and %v", name, err)
		}
		if err := c.Close(); err != nil && opened.Quarantined == "" && !heard {
			t.Errorf("flip in %s: close: %v", name, err)
		}
		_ = os.RemoveAll(dir)
	}
	t.Logf("%d flips: %d told, %d harmless", flips, told, harmless)
}

// flip flips one bit of a file of the store; files count by their size, so
// that most hits are data.
func flip(t *testing.T, r *rand.Rand, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(dir, storeDir), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if st, err := d.Info(); err == nil && st.Size() > 0 && filepath.Ext(p) != ".vlog" && filepath.Ext(p) != ".mem" {
			names = append(names, p)
			if filepath.Ext(p) == ".sst" {
				names = append(names, p, p, p, p, p, p, p)
			}
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("no files to flip: %v", err)
	}
	name := names[r.Intn(len(names))]
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[r.Intn(len(b))] ^= 1 << r.Intn(8)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.Base(name)
}

// TestKilled copies the files of a cache that is open, as a kill would leave
// them, and opens the copies.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb)
	want := map[desk.TicketID]desk.Ticket{}
	for i := range 40 {
		tk := ticket(i)
		want[tk.ID] = tk
		apply(t, c, laneWeb, item(desk.ItemEnter, tk, 1))
		if i%8 != 7 {
			continue
		}
		to := t.TempDir()
		copyDir(t, dir, to)
		k, opened := open2(t, to)
		wantEqual(t, "quarantined", opened.Quarantined, "")
		verify(t, k, want, nil)
		cs, err := k.Cursors()
		wantEqual(t, "cursor", say(cs[0].Seq, err), say(11+i, nil))
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTornLog(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb)
	for i := range 20 {
		apply(t, c, laneWeb, item(desk.ItemEnter, ticket(i), 1))
	}
	logs, _ := filepath.Glob(filepath.Join(dir, storeDir, "*.mem"))
	if len(logs) != 1 {
		t.Fatalf("got logs %v, want one", logs)
	}
	b, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	end := len(bytes.TrimRight(b, "\x00"))
	for cut := end - 1; cut > 0; cut -= end/25 + 1 {
		to := t.TempDir()
		copyDir(t, dir, to)
		torn := append(bytes.Clone(b[:cut]), make([]byte, len(b)-cut)...)
		if err := os.WriteFile(filepath.Join(to, storeDir, filepath.Base(logs[0])), torn, 0o600); err != nil {
			t.Fatal(err)
		}
		k, opened := open2(t, to)
		cs, err := k.Cursors()
		if err != nil {
			t.Fatal(err)
		}
		want := map[desk.TicketID]desk.Ticket{}
		for _, cur := range cs {
			for i := range int(cur.Seq) - 10 {
				want[ticketID(i)] = ticket(i)
			}
		}
		if opened.Quarantined == "" || len(want) > 0 {
			verify(t, k, want, nil)
		}
		if len(want) < 20 && opened.Quarantined == "" && !opened.Behind {
			t.Errorf("cut at %d: %d tickets of 20 are here and nobody was told", cut, len(want))
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMissingCommit(t *testing.T) {
	dir := small(t, 10)
	c, _ := open2(t, dir)
	if err := c.db.Update(func(txn *badger.Txn) error { return txn.Delete(journalKey(3)) }); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, opened := open2(t, dir)
	if opened.Quarantined == "" || !opened.Fresh || !strings.Contains(opened.Why, "commits 3 to 3") {
		t.Errorf("a commit is missing: got %+v, want quarantine", opened)
	}
}

func TestOpenProtocol(t *testing.T) {
	dir := small(t, 4)
	c, opened := open2(t, dir)
	wantEqual(t, "opened", opened, Opened{})
	if _, _, err := Open(dir, testKey, jsonCodec{}, t0); !errors.Is(err, desk.ErrBusy) {
		t.Fatalf("second open: got %v, want busy", err)
	}
	if err := whole(c, 4); err != nil {
		t.Fatalf("after a second open: %v", err)
	}
	shut := func() {
		t.Helper()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	shut()
	if err := os.WriteFile(filepath.Join(dir, "opening.999999999"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, opened = open2(t, dir)
	wantEqual(t, "mark of a dead process", say(opened.Fresh, filepath.Base(opened.Quarantined)), "true quarantine-20260302T090000Z")
	begin(t, c)
	shut()
	if err := Discard(dir, "told so"); err != nil {
		t.Fatal(err)
	}
	c, opened, err := Open(dir, testKey, jsonCodec{}, t0.Add(time.Hour))
	if err != nil || opened.Why != "told so" || !opened.Fresh {
		t.Fatalf("after Discard: got %+v, %v", opened, err)
	}
	shut()
	kept, _ := filepath.Glob(filepath.Join(dir, quarantine+"*"))
	wantEqual(t, "one is kept", len(kept), 1)
	other := testKey
	other[0]++
	c, opened, err = Open(dir, other, jsonCodec{}, t0.Add(2*time.Hour))
	if err != nil || opened.Quarantined == "" {
		t.Fatalf("other key: got %+v, %v, want quarantine", opened, err)
	}
	shut()
	c, opened, err = Open(dir, other, jsonCodec{}, t0.Add(8*24*time.Hour))
	if err != nil || opened.Quarantined != "" {
		t.Fatalf("a week later: got %+v, %v", opened, err)
	}
	shut()
	kept, _ = filepath.Glob(filepath.Join(dir, quarantine+"*"))
	wantEqual(t, "kept for a week", len(kept), 0)
}

// Every flipped bit of a table is found by Verify, whatever it stands for.
func TestVerify(t *testing.T) {
	good := small(t, 60)
	tables, _ := filepath.Glob(filepath.Join(good, storeDir, "*.sst"))
	if len(tables) == 0 {
		t.Fatal("no tables")
	}
	r := rand.New(rand.NewSource(3))
	for i := range 12 {
		dir := t.TempDir()
		copyDir(t, good, dir)
		name := filepath.Join(dir, storeDir, filepath.Base(tables[i%len(tables)]))
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		at := r.Intn(len(b) / 2) // the blocks; what follows them is read at open
		if i > 0 {
			b[at] ^= 1 << r.Intn(8)
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		c, opened, err := Open(dir, testKey, jsonCodec{}, t0)
		if err != nil {
			t.Fatal(err)
		}
		heard := opened.Quarantined != ""
		c.OnDamage(func(error) { heard = true })
		if err := c.Verify(); heard != (i > 0) || opened.Quarantined == "" && (err != nil) != heard {
			t.Errorf("byte %d of %s: heard %v, %v", at, filepath.Base(name), heard, err)
		}
		_ = c.Close()
	}
}

func TestBadRunsVerifyTables(t *testing.T) {
	dir := small(t, 60)
	tables, _ := filepath.Glob(filepath.Join(dir, storeDir, "*.sst"))
	if len(tables) == 0 {
		t.Fatal("no tables")
	}
	b, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/3] ^= 4
	if err := os.WriteFile(tables[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, runningMark), []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, opened := open2(t, dir)
	if opened.Quarantined == "" {
		t.Error("a damaged table after two bad runs: got no quarantine")
	}
}

func TestLittleSpace(t *testing.T) {
	dir := small(t, 10)
	c, _ := open2(t, dir)
	left := uint64(leastFree - 1)
	c.free = freeSpace{ask: func(string) (uint64, error) { return left, nil }}
	b := desk.Batch{Lane: laneWeb, Epoch: "e", Prev: 10, Last: 11, Items: []desk.Item{item(desk.ItemEnter, ticket(20), 1)}}
	if _, err := c.Apply(b); !errors.Is(err, desk.ErrDiskFull) {
		t.Fatalf("apply: got %v, want disk_full", err)
	}
	if err := whole(c, 10); err != nil {
		t.Fatalf("reading: %v", err)
	}
	left = leastFree
	if _, err := c.Apply(b); err != nil {
		t.Fatalf("after space was freed: %v", err)
	}
}

func TestRawFilesHoldNoText(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	tk := ticket(1)
	tk.Subject, tk.LastSeq = "canary7f3a91 subject", 1
	it := item(desk.ItemEnter, tk, 1)
	it.Entries = [][]byte{encode(entry(tk.ID, 1, "canary7f3a91 text"))}
	load(t, c, laneWeb, it)
	grep := func(when string) {
		t.Helper()
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(p)
			if bytes.Contains(b, []byte("canary7f3a91")) || bytes.Contains(b, []byte("carl")) {
				t.Errorf("%s: %s holds plain text", when, filepath.Base(p))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	grep("open")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	grep("closed")
}

// TestWorkOfAChange holds a reply, a read mark and a new ticket to the same
// work in a small and in a large cache.
func TestWorkOfAChange(t *testing.T) {
	sizes := []int{1000, 10_000, 100_000}
	if withRace {
		sizes = sizes[:2]
	}
	var first Work
	for i, n := range sizes {
		c, opened := open2(t, dataset(t, n))
		wantEqual(t, "quarantined", opened.Quarantined, "")
		before := c.Work()
		var items []desk.Item
		for j := range 100 {
			tk := light(j * (n / 100))
			tk.Version, tk.LastSeq = 2, 2
			items = append(items, item(desk.ItemDelta, tk, 2))
			items = append(items, desk.Item{Kind: desk.ItemRead, Ticket: tk.ID, Read: 2})
		}
		apply(t, c, laneWeb, items...)
		after := c.Work()
		w := Work{after.Reads - before.Reads, after.Writes - before.Writes, after.Steps - before.Steps, after.Commits - before.Commits}
		t.Logf("%d tickets: 100 replies and reads take %+v", n, w)
		if i == 0 {
			first = w
		}
		for _, x := range [][2]int{{w.Reads, first.Reads}, {w.Writes, first.Writes}, {w.Commits, first.Commits}} {
			if x[0]*10 > x[1]*12 || x[0]*10 < x[1]*8 {
				t.Errorf("%d tickets: got %+v, want within 20 %% of %+v", n, w, first)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// long is a ticket whose conversation is so long that it lies in the value log.
func long(n int) desk.Item {
	t := ticket(n)
	it := item(desk.ItemEnter, t, 1)
	for s := uint64(1); s <= t.LastSeq; s++ {
		it.Entries[s-1] = encode(entry(t.ID, s, fmt.Sprintf("text %d %s", s, strings.Repeat("and so on ", longValue/10))))
	}
	return it
}

// longText reads what long wrote; it says what is not as it was.
func longText(c *Cache, n int) error {
	es, err := c.Entries(ticketID(n), 0, 10)
	if err != nil {
		return err
	}
	for i, e := range es {
		if !strings.HasPrefix(e.Text, fmt.Sprintf("text %d and so on", i+1)) || strings.Count(e.Text, "and so on ") != longValue/10 || len(es) != 3 {
			return fmt.Errorf("entry %d of ticket %d is another", i+1, n)
		}
	}
	return nil
}

// TestLongValues damages the value log in every way a disk does: whatever is
// read is what was written, or is told as damage.
func TestLongValues(t *testing.T) {
	const n = 20
	good := t.TempDir()
	c, _ := open2(t, good)
	begin(t, c)
	var items []desk.Item
	for i := range n {
		items = append(items, long(i))
	}
	load(t, c, laneWeb, items...)
	killed := t.TempDir()
	copyDir(t, good, killed)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	k, opened := open2(t, killed)
	wantEqual(t, "quarantined after a kill", opened.Quarantined, "")
	for i := range n {
		if err := longText(k, i); err != nil {
			t.Fatalf("after a kill: %v", err)
		}
	}
	// The newest log Badger checks by itself when it opens, and cuts; of an older
	// one only our checksums tell.
	older := t.TempDir()
	copyDir(t, good, older)
	c, _ = open2(t, older)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	logs, _ := filepath.Glob(filepath.Join(good, storeDir, "*.vlog"))
	b, err := os.ReadFile(logs[0])
	if err != nil || len(b) < n*longValue {
		t.Fatalf("the value log %v holds %d bytes, %v: nothing to damage", logs, len(b), err)
	}
	r := rand.New(rand.NewSource(3))
	told := 0
	for i := range flips {
		bad := bytes.Clone(b)
		what := "a bit"
		if i%3 == 0 {
			what, bad = "an end", bad[:r.Intn(len(b))]
		} else {
			bad[r.Intn(len(b))] ^= 1 << r.Intn(8)
		}
		dir := t.TempDir()
		copyDir(t, []string{good, older}[i%2], dir)
		if err := os.WriteFile(filepath.Join(dir, storeDir, filepath.Base(logs[0])), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		c, opened, err := Open(dir, testKey, jsonCodec{}, t0)
		if err != nil {
			t.Fatalf("%s: open: %v", what, err)
		}
		heard := false
		c.OnDamage(func(error) { heard = true })
		for j := range n {
			err := longText(c, j)
			switch {
			case opened.Quarantined != "", errors.Is(err, desk.ErrDamaged) && heard:
				told++
			case err != nil:
				t.Errorf("%s: nobody was told, and %v", what, err)
			}
		}
		_ = c.Close()
		_ = os.RemoveAll(dir)
	}
	if told < flips {
		t.Errorf("%d damaged conversations were told of in %d damaged logs", told, flips)
	}
}

// TestRoomComesBack drops a lane of long conversations: the files they were in
// go when the cache is closed.
func TestRoomComesBack(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	for page := range 12 {
		var items []desk.Item
		for i := range 150 {
			items = append(items, long(page*150+i))
		}
		load(t, c, desk.LaneID(fmt.Sprintf("s/dept/%d", page)), items...)
	}
	if _, err := c.KeepLanes([]desk.LaneID{laneDir, "s/dept/11"}); err != nil {
		t.Fatal(err)
	}
	size := func() (n int64) {
		logs, _ := filepath.Glob(filepath.Join(dir, storeDir, "*.vlog"))
		for _, l := range logs {
			if st, err := os.Stat(l); err == nil {
				n += st.Size()
			}
		}
		return n
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	before := size()
	sink(t, dir)
	c, _ = open2(t, dir)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if after := size(); before < 10<<20 || after >= before*3/4 {
		t.Errorf("%d bytes before, %d after", before, after)
	}
	c, _ = open2(t, dir)
	for i := range 150 {
		if err := longText(c, 11*150+i); err != nil {
			t.Fatal(err)
		}
	}
}

// sink has every table of a store sink to the last level, which they do when
// there are some, and tells what is gone by it. Badger's own compactors are
// off: one that begins while the store is being opened does not know yet what
// may go, leaves it all, and there is nothing to sink any more.
func sink(t *testing.T, dir string) {
	t.Helper()
	o := settings(filepath.Join(dir, storeDir), testKey, false).WithNumCompactors(0)
	raw := func(fn func(*badger.DB) error) {
		t.Helper()
		db, err := badger.Open(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(fn(db), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for range topTables + 2 {
		raw(func(db *badger.DB) error {
			return db.Update(func(txn *badger.Txn) error {
				it, err := txn.Get(ownKey(ownMe))
				if err != nil {
					return err
				}
				b, err := it.ValueCopy(nil)
				return errors.Join(err, txn.Set(it.KeyCopy(nil), b))
			})
		})
	}
	raw(func(db *badger.DB) error {
		// Up to where nobody reads any more is counted by a goroutine that has
		// room for a hundred messages; two hundred later it has counted the first.
		for range 100 {
			db.NewTransaction(false).Discard()
		}
		return db.Flatten(1)
	})
}

// A cache on a full disk is not written once more to be closed; what it holds
// is there when it is opened with room again, also in the same process.
func TestClosedOnAFullDisk(t *testing.T) {
	dir := small(t, 10)
	c, _ := open2(t, dir)
	apply(t, c, laneWeb, item(desk.ItemEnter, ticket(10), 1))
	c.free = freeSpace{ask: func(string) (uint64, error) { return leastToOpen - 1, nil }}
	if err := c.Close(); !errors.Is(err, desk.ErrDiskFull) {
		t.Fatalf("close: got %v, want disk_full", err)
	}
	c, opened := open2(t, dir)
	wantEqual(t, "opened", opened, Opened{})
	if _, _, err := c.Ticket(ticketID(10)); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
