// Package archive keeps tickets of an organization that its desk has deleted,
// on the computer of whoever looks after that organization (BEHAVIOURS N13).
// Each is a sealed file of its own, written whole or not at all. It decides
// nothing: who may keep what, and until when, is for its caller.
package archive

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/storage/whole"
)

// Kept is a ticket as its reader last had it.
type Kept struct {
	Ticket  desk.Ticket  `json:"ticket"`
	Entries []desk.Entry `json:"entries"`
	// At is when it was put here.
	At time.Time `json:"at"`
}

// Codec turns what is kept into bytes and back.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// Store is the archives on this computer. It may be used by several goroutines.
type Store struct {
	dir   string
	aead  cipher.AEAD
	codec Codec

	mu   sync.Mutex
	orgs map[desk.OrgID]bool
	// files is which files each ticket carries, and held how many tickets carry
	// each; nil until somebody asks, so that a start costs no read of what is kept.
	files map[desk.TicketID][]desk.BlobHash
	held  map[desk.BlobHash]int
}

const suffix = ".kept"

// Open opens the archives in dir, which need not be there. What cannot be read
// is left out, and told by List.
func Open(dir string, key [32]byte, codec Codec) (*Store, error) {
	k, err := hkdf.Key(sha256.New, key[:], nil, "docket archive", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	s := &Store{dir: dir, codec: codec, orgs: map[desk.OrgID]bool{}}
	if s.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	orgs, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	for _, e := range orgs {
		if e.IsDir() && desk.ValidSlug(e.Name()) {
			s.orgs[desk.OrgID(e.Name())] = true
		}
	}
	return s, nil
}

func filesOf(entries []desk.Entry) (out []desk.BlobHash) {
	for _, e := range entries {
		for _, f := range e.Files {
			if !slices.Contains(out, f.Hash) {
				out = append(out, f.Hash)
			}
		}
	}
	return out
}

// Begin begins an archive of an organization; one that is there stays.
func (s *Store) Begin(o desk.OrgID) error {
	if !desk.ValidSlug(string(o)) {
		return fmt.Errorf("begin archive: %q is no organization", o)
	}
	if err := os.MkdirAll(filepath.Join(s.dir, string(o)), 0o700); err != nil {
		return fault(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orgs[o] = true
	return nil
}

// End removes an archive and gives the files its tickets carried.
func (s *Store) End(o desk.OrgID) (files []desk.BlobHash, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.orgs[o] {
		return nil, nil
	}
	kept, _, err := s.List(o)
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(filepath.Join(s.dir, string(o))); err != nil {
		return nil, fault(err)
	}
	delete(s.orgs, o)
	for _, k := range kept {
		files = append(files, filesOf(k.Entries)...)
		s.carries(k.Ticket.ID, nil)
	}
	return files, nil
}

// carries notes which files a ticket carries from now on, once that is looked
// after. mu is held.
func (s *Store) carries(id desk.TicketID, files []desk.BlobHash) {
	if s.files == nil {
		return
	}
	for _, h := range s.files[id] {
		if s.held[h]--; s.held[h] == 0 {
			delete(s.held, h)
		}
	}
	delete(s.files, id)
	for _, h := range files {
		s.held[h]++
	}
	if len(files) > 0 {
		s.files[id] = files
	}
}

// Orgs are the organizations with an archive here, in order.
func (s *Store) Orgs() []desk.OrgID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.orgs))
}

// Keeps reports whether there is an archive of an organization.
func (s *Store) Keeps(o desk.OrgID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orgs[o]
}

// Holds reports whether a ticket of any archive carries a file.
func (s *Store) Holds(h desk.BlobHash) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil && len(s.orgs) > 0 {
		var all []Kept
		for o := range s.orgs {
			kept, _, err := s.List(o)
			if err != nil {
				return false, err
			}
			all = append(all, kept...)
		}
		s.files, s.held = map[desk.TicketID][]desk.BlobHash{}, map[desk.BlobHash]int{}
		for _, k := range all {
			s.carries(k.Ticket.ID, filesOf(k.Entries))
		}
	}
	return s.held[h] > 0, nil
}

// Keep puts a ticket into the archive of its organization, in place of an
// earlier copy. Once it returned nil the copy is durable.
func (s *Store) Keep(k Kept) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := k.Ticket.Org
	if !s.orgs[o] {
		return fmt.Errorf("keep ticket: %q has no archive", o)
	}
	b, err := s.codec.Marshal(k)
	if err != nil {
		return fmt.Errorf("encode ticket: %w", err)
	}
	if err := whole.Write(s.path(o, k.Ticket.ID), s.aead.Seal(nil, nil, b, about(o, k.Ticket.ID))); err != nil {
		return fault(err)
	}
	s.carries(k.Ticket.ID, filesOf(k.Entries))
	return nil
}

// Drop removes a ticket wherever it is kept and gives the files it carried.
func (s *Store) Drop(id desk.TicketID) (files []desk.BlobHash, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for o := range s.orgs {
		k, err := s.Get(o, id)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err := os.Remove(s.path(o, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return files, fault(err)
		}
		files = append(files, filesOf(k.Entries)...)
		s.carries(id, nil)
	}
	return files, nil
}

// List gives what is kept of an organization, the newest first, and how many
// tickets are damaged and cannot be read.
func (s *Store) List(o desk.OrgID) (out []Kept, damaged int, err error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, string(o)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fault(err)
	}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue // what a crash left of a file that was not finished
		}
		k, err := s.Get(o, desk.TicketID(id))
		switch {
		case errors.Is(err, errDamaged):
			damaged++
		case errors.Is(err, desk.ErrNotFound): // dropped meanwhile
		case err != nil:
			return nil, damaged, err
		default:
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Kept) int { return b.Ticket.Created.Compare(a.Ticket.Created) })
	return out, damaged, nil
}

// Get gives one ticket; ErrNotFound if it is not kept.
func (s *Store) Get(o desk.OrgID, id desk.TicketID) (k Kept, err error) {
	if !desk.ValidSlug(string(o)) || !desk.ValidUUID(string(id)) {
		return Kept{}, notKept()
	}
	b, err := os.ReadFile(s.path(o, id))
	if errors.Is(err, fs.ErrNotExist) {
		return Kept{}, notKept()
	}
	if err != nil {
		return Kept{}, fault(err)
	}
	plain, err := s.aead.Open(nil, nil, b, about(o, id))
	if err != nil || s.codec.Unmarshal(plain, &k) != nil || k.Ticket.ID != id || k.Ticket.Org != o {
		return Kept{}, errDamaged
	}
	return k, nil
}

func (s *Store) path(o desk.OrgID, id desk.TicketID) string {
	return filepath.Join(s.dir, string(o), string(id)+suffix)
}

// about binds a file to its place, so that none can stand for another.
func about(o desk.OrgID, id desk.TicketID) []byte { return []byte(string(o) + "/" + string(id)) }

var errDamaged = &desk.Error{Code: desk.CodeInternal, Message: "This request is damaged in the archive on this computer.", Hint: "A copy that you saved as a file is not affected."}

func notKept() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Message: "This request is not in the archive on this computer."}
}

func fault(err error) error {
	return &desk.Error{
		Code: desk.CodeDiskFull, Err: err,
		Message: "The archive on this computer could not be written or read.",
		Hint:    "Free some room, or check who owns Docket’s folder.",
	}
}
