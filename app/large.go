package app

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"docket/app/desk"
)

// Picked is what came of choosing files.
type Picked struct {
	Files  []FileInfo `json:"files"`
	Faults []Fault    `json:"faults"`
	// Large are those of the faults that may be asked for.
	Large []LargeFile `json:"large"`
}

// LargeFile is a file that was chosen and is too large to attach. Handle names
// it to Compress and AskLarge while the window stands open. Text says that it
// would become much smaller.
type LargeFile struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Text   bool   `json:"text"`
}

// GrantInfo is what was allowed of large files: Left is what may still be sent,
// 0 once it ended.
type GrantInfo struct {
	By    string `json:"by"`
	Until string `json:"until"`
	Bytes int64  `json:"bytes"`
	Used  int64  `json:"used"`
	Left  int64  `json:"left"`
}

// largest is how large a file may be that is attached now: what is allowed on
// the ticket that stands open.
func (s *session) largest() int64 {
	s.api.mu.RLock()
	id := s.api.view.ticket
	s.api.mu.RUnlock()
	if id == "" {
		return desk.MaxAttachment
	}
	l, err := s.lay(id)
	if err != nil {
		return desk.MaxAttachment
	}
	return max(desk.MaxAttachment, l.ticket.Grant.Left(s.api.now()))
}

// noteLarge remembers a file that was too large under a name of its own.
func (s *session) noteLarge(path string, size int64) LargeFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.large == nil {
		s.large = map[string]string{}
	}
	h := strconv.Itoa(len(s.large) + 1)
	s.large[h] = path
	return LargeFile{Handle: h, Name: cleanName(filepath.Base(path)), Size: size, Text: isText(path)}
}

func (s *session) largePath(handle string) (string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	path, ok := s.large[handle]
	if !ok {
		return "", wrong("files", "The file is not known any more. Choose it once more.")
	}
	return path, nil
}

// isText looks at the beginning of a file.
func isText(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 512)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	return strings.HasPrefix(http.DetectContentType(start[:n]), "text/")
}

// Compress takes a file that was too large in compressed form; its name says so.
// Where that is too large as well, it is refused with the exact number.
func (a *API) Compress(handle string) (FileInfo, error) {
	s, err := a.session()
	if err != nil {
		return FileInfo{}, err
	}
	path, err := s.largePath(handle)
	if err != nil {
		return FileInfo{}, err
	}
	name := filepath.Base(path)
	f, err := os.Open(path)
	if err != nil {
		return FileInfo{}, unreadable(name, err)
	}
	defer f.Close()
	from, to := io.Pipe()
	defer from.Close() // or the goroutine below would wait for ever
	done := make(chan struct{})
	go func() {
		defer close(done)
		z := gzip.NewWriter(to)
		_, err := io.Copy(z, f)
		to.CloseWithError(errors.Join(err, z.Close()))
	}()
	att, err := s.stage(name+".gz", from, s.largest())
	_ = from.Close()
	<-done
	if err != nil {
		return FileInfo{}, err
	}
	return s.fileInfo(att), nil
}

// AskLarge queues asking to be allowed a file that was too large.
func (a *API) AskLarge(ticket, handle string) error {
	return a.do(ticket, func(s *session, _ *desk.Ticket) (desk.Args, error) {
		path, err := s.largePath(handle)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, unreadable(filepath.Base(path), err)
		}
		return desk.AskUpload{Name: cleanName(filepath.Base(path)), Bytes: info.Size()}, nil
	})
}

// GrantUpload queues allowing large files: so many bytes, for so many days;
// without bytes it ends what was allowed.
func (a *API) GrantUpload(ticket string, bytes int64, days int) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		return desk.GrantUpload{Bytes: bytes, Days: days}, nil
	})
}

func (r *rower) grant(t *desk.Ticket) *GrantInfo {
	g := t.Grant
	if g.At.IsZero() {
		return nil
	}
	return &GrantInfo{By: r.name(t, g.By), Until: stamp(g.Until), Bytes: g.Bytes, Used: g.Used, Left: g.Left(r.now)}
}

func uploadLine(e desk.Entry, who string) string {
	n, err := strconv.ParseInt(e.To, 10, 64)
	switch {
	case e.Kind == desk.UploadAsked:
		return say("{who} asks to send “{name}”, {size, number} bytes", "who", who, "name", cleanName(e.Text), "size", n)
	case err != nil:
		return say("{who} ended that large files may be sent", "who", who)
	}
	return say("{who} allows large files: {size, number} bytes until {until, date, moment}", "who", who, "size", n, "until", e.Until.Local())
}
