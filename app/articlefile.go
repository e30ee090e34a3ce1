package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// Of the files of articles the small ones are fetched when the article comes, so
// that they are read without a connection: those of up to so many bytes, of what
// was published last first, up to so many in all. The others are fetched when
// somebody opens them, and stay.
const (
	smallFile  = 2_000_000
	smallFiles = 20_000_000
)

const metaHelpFiles = "helpfiles"

// helpFiles is what is known of the files of articles.
type helpFiles struct {
	// named are the files that the articles here name, or did before; reviewed are
	// those at the last review. Neither is changed once it is here.
	named, reviewed map[desk.BlobHash]bool
	// fetching says that the small ones are being fetched; refused are those that
	// the server does not give.
	fetching bool
	refused  map[desk.BlobHash]bool
}

// filesOfArticle turns the hashes of what somebody writes into the files they name:
// those that were attached here, of what was kept, and of the article itself.
func (s *session) filesOfArticle(in ArticleDraft) ([]desk.Attachment, error) {
	if len(in.Files) > flow.MaxFiles {
		return nil, wrong("files", "At most {n} files fit one article.").With("n", flow.MaxFiles)
	}
	known := map[desk.BlobHash]desk.Attachment{}
	add := func(files []desk.Attachment) {
		for _, f := range files {
			known[f.Hash] = f
		}
	}
	if k, err := s.knowledge(); err == nil && in.ID != "" {
		if x, err := k.whole(desk.ArticleID(in.ID)); err == nil {
			add(x.Files())
		}
	}
	if d, ok := s.out.Draft(articleDraft(in.ID)); ok {
		add(d.Files)
	}
	s.mu.RLock()
	maps.Copy(known, s.staged)
	s.mu.RUnlock()
	var out []desk.Attachment
	var lost error
	for _, x := range in.Files {
		f, ok := known[desk.BlobHash(x.Hash)]
		if !ok {
			lost = &desk.Error{
				Code: desk.CodeNotFound, Field: "files", Message: "A file of this article is not on this computer any more.",
				Hint: "Attach it again, or remove it. Your text is kept.",
			}
			continue
		}
		out = append(out, f)
	}
	return out, lost
}

// articleFile finds a file of an article: of what it says, said, or will say, or of
// what is written of it here.
func (s *session) articleFile(id desk.ArticleID, h desk.BlobHash) (desk.Attachment, error) {
	k, err := s.knowledge()
	if err != nil {
		return desk.Attachment{}, err
	}
	var files []desk.Attachment
	if x, err := k.whole(id); err == nil {
		files = x.Files()
	}
	before, err := s.cache.Earlier(id)
	if err != nil {
		return desk.Attachment{}, err
	}
	for _, e := range before {
		files = append(files, e.Live.Files...)
	}
	if d, ok := s.out.Draft(articleDraft(string(id))); ok {
		files = append(files, d.Files...)
	}
	if i := slices.IndexFunc(files, func(f desk.Attachment) bool { return f.Hash == h }); i >= 0 {
		return files[i], nil
	}
	return desk.Attachment{}, &desk.Error{Code: desk.CodeNotFound, Message: "This file is not part of the article.", Hint: "Open the article again."}
}

// reviewHelpFiles is for when articles moved: the files that none names any more go
// from this computer, and the small ones of those that came are fetched.
func (s *session) reviewHelpFiles() {
	k, err := s.knowledge()
	if err != nil {
		return
	}
	named := k.namedFiles()
	s.mu.Lock()
	was := s.helped.reviewed
	s.helped.named, s.helped.reviewed = named, named
	s.mu.Unlock()
	if was == nil { // what the last run knew
		if b, err := s.cache.Meta(metaHelpFiles); err == nil {
			_ = json.Unmarshal(b, &was) // what cannot be read names nothing
		}
	}
	if !maps.Equal(was, named) {
		s.api.begin(func() { s.dropHelpFiles(was, named) })
	}
	s.fetchSmall(k)
}

// namedFiles are the files that the articles here name, or did before.
func (k *knowledge) namedFiles() map[desk.BlobHash]bool {
	named := map[desk.BlobHash]bool{}
	add := func(files []desk.Attachment) {
		for _, f := range files {
			named[f.Hash] = true
		}
	}
	for id := range k.articles {
		x := k.articles[id]
		add(x.Files())
	}
	if h, err := k.s.cache.Help(); err == nil {
		for _, files := range h.Before {
			add(files)
		}
	}
	return named
}

// ofHelp are the files that articles name, for whoever deletes files.
func (s *session) ofHelp() map[desk.BlobHash]bool {
	s.mu.RLock()
	named := s.helped.named
	s.mu.RUnlock()
	if named != nil {
		return named
	}
	k, err := s.knowledge()
	if err != nil {
		return nil
	}
	named = k.namedFiles()
	s.mu.Lock()
	s.helped.named = named
	s.mu.Unlock()
	return named
}

// dropHelpFiles forgets the files that articles named and name no more.
func (s *session) dropHelpFiles(was, named map[desk.BlobHash]bool) {
	var gone []desk.BlobHash
	unsent := s.neededFiles()
	for h := range was {
		if !named[h] && !unsent[h] {
			gone = append(gone, h)
		}
	}
	s.unstage(gone)
	s.forgetFiles(gone)
	b, err := json.Marshal(s.ofHelp()) // by now
	if err == nil {
		err = s.cache.SetMeta(metaHelpFiles, b)
	}
	if err != nil {
		s.api.deps.Log.Warn("keep files of articles", "err", err)
	}
}

// smallOf are the files that are here without a connection, and the article of each.
func (k *knowledge) smallOf() (files []desk.Attachment, of map[desk.BlobHash]desk.ArticleID) {
	live := slices.SortedFunc(k.ids(), func(a, b desk.ArticleID) int {
		return cmp.Or(k.articles[b].Published.Compare(k.articles[a].Published), cmp.Compare(a, b))
	})
	of, room := map[desk.BlobHash]desk.ArticleID{}, int64(smallFiles)
	for _, id := range live {
		x := k.articles[id]
		if !x.IsLive() {
			continue
		}
		for _, f := range x.Live.Files {
			if _, known := of[f.Hash]; known || f.Size > smallFile || f.Size > room {
				continue
			}
			of[f.Hash], room = id, room-f.Size
			files = append(files, f)
		}
	}
	return files, of
}

// fetchSmall brings the small files of articles here, one after the other, unless
// it is at it.
func (s *session) fetchSmall(k *knowledge) {
	eng := s.engine()
	if eng == nil {
		return
	}
	files, of := k.smallOf()
	s.mu.Lock()
	files = slices.DeleteFunc(files, func(f desk.Attachment) bool { return s.helped.refused[f.Hash] || s.hasFile(f.Hash) })
	busy := s.helped.fetching || len(files) == 0
	s.helped.fetching = s.helped.fetching || !busy
	s.mu.Unlock()
	if busy {
		return
	}
	s.api.begin(func() {
		err := error(nil)
		for _, f := range files {
			if err = eng.DownloadOf(s.api.ctx, of[f.Hash], f); err == nil {
				continue
			}
			if !errors.Is(err, desk.ErrNotFound) { // the line is gone; it goes on when it is back
				break
			}
			s.mu.Lock()
			if s.helped.refused == nil {
				s.helped.refused = map[desk.BlobHash]bool{}
			}
			s.helped.refused[f.Hash] = true
			s.mu.Unlock()
		}
		s.mu.Lock()
		s.helped.fetching = false
		s.mu.Unlock()
		if !errors.Is(err, context.Canceled) {
			s.api.emit(EvHelp, HelpEvent{})
		}
	})
}
