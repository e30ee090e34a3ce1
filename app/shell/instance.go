package shell

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"docket/app/desk"
)

// Instance is this program's claim on a profile. Wails' own lock is not used: on
// Linux it ends the second program with code 1 and is skipped without a session
// bus (LIBRARIES 1.2). A locked file is the claim; a socket beside it takes what
// a second start wants to see.
type Instance struct {
	lock io.Closer
	l    net.Listener
	wg   sync.WaitGroup
}

// ErrRunning says that another copy has the profile and was told.
var ErrRunning = errors.New("already running")

// message is all a second start can say.
type message struct {
	Open desk.TicketID `json:"open"`
}

const maxMessage = 256

// Claim takes the profile whose files lie in dir. If another copy has it, that
// one is asked to show open, and the error is ErrRunning. show hears of later
// starts, from a goroutine that ends with Close.
func Claim(dir string, open desk.TicketID, show func(desk.TicketID)) (*Instance, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		// The other may have only just begun, or be about to end.
		return nil, errors.Join(ErrRunning, tell(socketOf(dir), open))
	}
	i := &Instance{lock: lock}
	path := socketOf(dir)
	_ = os.Remove(path) // of a copy that was killed: the lock says it is gone
	l, err := net.Listen("unix", path)
	if err != nil {
		// Without the socket a second start cannot be shown here; it is still
		// kept from touching the files.
		return i, nil //nolint:nilerr // see above
	}
	_ = os.Chmod(path, 0o600)
	i.l = l
	i.wg.Go(func() { i.serve(show) })
	return i, nil
}

// socketOf is a short path: a socket's may have some hundred bytes only.
func socketOf(dir string) string {
	path := filepath.Join(dir, "instance.sock")
	if len(path) < 100 {
		return path
	}
	base := os.Getenv("XDG_RUNTIME_DIR")
	if base == "" {
		return path
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(base, "docket-"+hex.EncodeToString(sum[:8])+".sock")
}

func tell(path string, open desk.TicketID) error {
	conn, err := net.DialTimeout("unix", path, 2*time.Second)
	if err != nil {
		return err
	}
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	err = json.NewEncoder(conn).Encode(message{Open: open})
	if err == nil {
		_, err = bufio.NewReader(conn).ReadString('\n')
	}
	return errors.Join(err, conn.Close())
}

func (i *Instance) serve(show func(desk.TicketID)) {
	for {
		conn, err := i.l.Accept()
		if err != nil {
			return
		}
		id, err := hear(conn)
		if err == nil {
			show(id)
			_, _ = io.WriteString(conn, "ok\n")
		}
		_ = conn.Close()
	}
}

// hear reads what a second start wants. Whatever else it says, it can only name
// a ticket to look at (RELIABILITY T43).
func hear(conn net.Conn) (desk.TicketID, error) {
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	b, err := bufio.NewReader(io.LimitReader(conn, maxMessage)).ReadBytes('\n')
	if err != nil {
		return "", err
	}
	var m message
	if err := json.Unmarshal(b, &m); err != nil {
		return "", err
	}
	if m.Open != "" && !desk.ValidUUID(string(m.Open)) {
		return "", errors.New("not a ticket")
	}
	return m.Open, nil
}

// Close lets the profile go.
func (i *Instance) Close() error {
	var err error
	if i.l != nil {
		err = i.l.Close()
	}
	i.wg.Wait()
	return errors.Join(err, i.lock.Close())
}
