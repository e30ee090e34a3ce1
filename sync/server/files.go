package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/wire"
)

func tooLarge(size int64) error {
	return (&desk.Error{
		Code: desk.CodeTooLarge, Field: "files",
		Message: "The file has {size} bytes; at most {most} can be sent.",
		Hint:    "Make it smaller, or split it.",
	}).With("size", size, "most", int64(desk.MaxAttachment))
}

// StageKey names an upload among the staged files: what people send is kept
// apart until it is whole.
func StageKey(p desk.PersonID, h desk.BlobHash) string { return string(p) + "." + string(h) }

func validStart(f wire.UploadStart) error {
	switch {
	case !f.Hash.ValidHash():
		return &desk.Error{Code: desk.CodeInvalid, Field: "hash", Message: "The file's name on the server is not valid.", Hint: "Attach it again."}
	case f.Size > desk.MaxAttachment && f.Ticket == "", f.Size > desk.MaxGrant:
		return tooLarge(f.Size)
	case f.Size <= 0:
		return &desk.Error{Code: desk.CodeInvalid, Field: "size", Message: "The file is empty.", Hint: "Attach a file with something in it."}
	}
	return nil
}

func (s *Server) startUpload(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	var f wire.UploadStart
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	if err := validStart(f); err != nil {
		return err
	}
	u, found, err := s.uploadOf(q, actor.Person, f.Hash)
	if err != nil {
		return err
	}
	if found && u.Done {
		writeJSON(w, http.StatusOK, wire.UploadState{Offset: u.Size, Done: true})
		return nil
	}
	if err := s.mayLarge(q, actor.Person, f, u.Beside); err != nil {
		return err
	}
	if u.Size != f.Size {
		u = Upload{Size: f.Size, Name: shortName(f.Name)}
		if err := s.cfg.Store.Update(q.Context(), func(tx Tx) error { return tx.SetUpload(actor.Person, f.Hash, u) }); err != nil {
			return err
		}
	}
	at, err := s.cfg.Files.Offset(StageKey(actor.Person, f.Hash))
	if err != nil {
		return err
	}
	return s.uploaded(w, q, actor.Person, f.Hash, u, at)
}

func (s *Server) uploadOf(q *http.Request, p desk.PersonID, h desk.BlobHash) (u Upload, found bool, err error) {
	err = s.cfg.Store.View(q.Context(), func(tx Tx) (err error) {
		u, found, err = tx.Upload(p, h)
		return err
	})
	return u, found, err
}

// upload takes the bytes from offset on. What came before a connection broke
// is safe, and the client asks where to go on.
func (s *Server) upload(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	hash := desk.BlobHash(q.PathValue("hash"))
	offset, err := strconv.ParseInt(q.URL.Query().Get("offset"), 10, 64)
	if !hash.ValidHash() || err != nil || offset < 0 || offset > desk.MaxGrant {
		return &desk.Error{Code: desk.CodeInvalid, Message: "The upload names no file and place.", Hint: "Attach the file again."}
	}
	u, found, err := s.uploadOf(q, actor.Person, hash)
	switch {
	case err != nil:
		return err
	case !found:
		return &desk.Error{Code: desk.CodeNotFound, Message: "The server does not know of this upload.", Hint: "Docket begins it again by itself."}
	case u.Done:
		writeJSON(w, http.StatusOK, wire.UploadState{Offset: u.Size, Done: true})
		return nil
	case offset+max(q.ContentLength, 0) > max(u.Size, desk.MaxAttachment):
		return tooLarge(offset + q.ContentLength)
	case offset+max(q.ContentLength, 0) > u.Size:
		return moreThanSaid(u.Size)
	}
	about := wire.UploadStart{Hash: hash, Size: u.Size, Name: u.Name, Ticket: desk.TicketID(q.URL.Query().Get("ticket"))}
	if err := s.mayLarge(q, actor.Person, about, u.Beside); err != nil {
		return err
	}
	// One byte more than may come, so that too much is noticed.
	body := &io.LimitedReader{R: q.Body, N: u.Size - offset + 1}
	at, err := s.cfg.Files.Append(StageKey(actor.Person, hash), offset, body, u.Size)
	switch {
	case err == nil && body.N == 0:
		return moreThanSaid(u.Size)
	case err != nil && at <= offset:
		return err
	case err != nil:
		s.cfg.Log.Debug("upload broke off", "at", at, "err", err)
	}
	return s.uploaded(w, q, actor.Person, hash, u, at)
}

func moreThanSaid(size int64) error {
	return (&desk.Error{
		Code: desk.CodeInvalid, Field: "size", Message: "The file has more than the {size} bytes it was said to have.",
		Hint: "It may have changed while it was sent. Attach it again.",
	}).With("size", size)
}

// uploaded answers how far an upload is, keeping the file once it is whole.
func (s *Server) uploaded(w http.ResponseWriter, q *http.Request, p desk.PersonID, h desk.BlobHash, u Upload, at int64) error {
	if at < u.Size {
		writeJSON(w, http.StatusOK, wire.UploadState{Offset: at})
		return nil
	}
	mediaType, err := s.cfg.Files.Commit(StageKey(p, h), h)
	if errors.Is(err, desk.ErrDamaged) || errors.Is(err, desk.ErrInvalid) {
		return &desk.Error{
			Code: desk.CodeInvalid, Field: "hash", Message: "The file that arrived is not the one that was announced.",
			Hint: "It may have changed while it was sent. Attach it again.", Err: err,
		}
	}
	if err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	u.Done, u.Type = true, mediaType
	// Looking through a large file takes longer than some wait: it counts as
	// arrived although nobody hears of it.
	err = s.cfg.Store.Update(context.WithoutCancel(q.Context()), func(tx Tx) error {
		// The same bytes may have been deleted meanwhile with a ticket that had them.
		f, err := s.cfg.Files.Open(h)
		if err != nil {
			return fmt.Errorf("look for kept file: %w", err)
		}
		return errors.Join(f.Close(), tx.SetUpload(p, h, u))
	})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, wire.UploadState{Offset: u.Size, Done: true})
	return nil
}

// download gives a file to somebody who may read the entry or the article it came
// with. A file that is not there, not of that, or not theirs is one answer.
func (s *Server) download(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	hash, article := desk.BlobHash(q.PathValue("hash")), q.URL.Query().Get("article")
	ticket := desk.TicketID(q.URL.Query().Get("ticket"))
	if !hash.ValidHash() || !desk.ValidUUID(string(ticket)+article) { // one of the two
		return noFile()
	}
	var mediaType string
	err = s.cfg.Store.View(q.Context(), func(tx Tx) error {
		now, err := tx.Actor(actor.Person)
		if err != nil {
			return err
		}
		if article != "" {
			f, err := tx.ArticleFile(now, desk.ArticleID(article), hash)
			mediaType = f.Type
			return err
		}
		t, err := tx.Ticket(ticket)
		if err != nil {
			return err
		}
		if !access.CanSee(now, t) {
			return noFile()
		}
		mediaType, err = tx.FileIn(now.Person, ticket, hash, !now.Role.Staff())
		return err
	})
	if errors.Is(err, desk.ErrNotFound) {
		return noFile()
	}
	if err != nil {
		return err
	}
	f, err := s.cfg.Files.Open(hash)
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", safeType(mediaType))
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("ETag", `"`+string(hash)+`"`)
	http.ServeContent(w, q, "", time.Time{}, f)
	return nil
}

func noFile() error {
	return &desk.Error{Code: desk.CodeNotFound, Message: "There is no such file, or you cannot see it any more."}
}

// safeType is t if it is a media type of its own, else plain bytes.
func safeType(t string) string {
	m, _, err := mime.ParseMediaType(t)
	if err != nil {
		return "application/octet-stream"
	}
	return m
}
