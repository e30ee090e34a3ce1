package link

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"docket/sync/wire"
)

// Config bounds a connection. A zero field takes its default.
type Config struct {
	// ReadLimit is the largest frame taken from the peer, in bytes; the
	// default is what a client may send.
	ReadLimit int64
	// QueueBytes and QueueFrames bound what waits to be written: 1 MiB, 256.
	// A single frame may be larger than QueueBytes if nothing else waits.
	QueueBytes  int
	QueueFrames int
	// PingEvery is 25 s, Silence 60 s, WriteTimeout 10 s, Linger (for the
	// peer's answer to a close) 1 s.
	PingEvery, Silence, WriteTimeout, Linger time.Duration
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if c.ReadLimit == 0 {
		c.ReadLimit = wire.MaxClientFrame
	}
	if c.QueueBytes == 0 {
		c.QueueBytes = 1 << 20
	}
	if c.QueueFrames == 0 {
		c.QueueFrames = 256
	}
	def(&c.PingEvery, 25*time.Second)
	def(&c.Silence, 60*time.Second)
	def(&c.WriteTimeout, 10*time.Second)
	def(&c.Linger, time.Second)
	return c
}

// Handler takes what arrives. Its methods are called one after the other,
// never at once. Frame gets one whole message, which is the handler's to keep;
// an error ends the connection, with the code of an [*End] if it is one and
// that of [wire.CloseCode] otherwise. Closed is called once, last, when both
// goroutines are done.
type Handler interface {
	Frame(b []byte) error
	Closed(End)
}

// End tells how a connection ended.
type End struct {
	// Code and Text are those of the close frame; Code is 1006 if the socket
	// ended without one.
	Code int
	Text string
	// Remote is set when the peer said so.
	Remote bool
	// Err is what went wrong underneath, for the log.
	Err error
}

// Error implements error.
func (e *End) Error() string {
	who := "here"
	if e.Remote {
		who = "there"
	}
	if e.Err != nil {
		return fmt.Sprintf("connection ended %s with %d %s: %v", who, e.Code, e.Text, e.Err)
	}
	return fmt.Sprintf("connection ended %s with %d %s", who, e.Code, e.Text)
}

// Unwrap gives the error underneath.
func (e *End) Unwrap() error { return e.Err }

// abnormal is the code of a socket that ended without a close frame.
const abnormal = websocket.CloseAbnormalClosure

// Stats counts what a connection carried, as payload bytes of data frames.
type Stats struct{ SentFrames, SentBytes, ReceivedFrames, ReceivedBytes int64 }

// Conn is one connection. All methods may be called from any goroutine.
type Conn struct {
	nc     net.Conn                  // is written to, and read from by a server
	ws     *websocket.Conn           // a client reads through it; nil at a server
	direct func([]byte) (int, error) // writes what the socket takes at once; nil where nothing does
	cfg    Config
	h      Handler // set before anything is read
	in     inbox   // of the reader

	sentFrames, sentBytes, gotFrames, gotBytes atomic.Int64

	work sync.WaitGroup // who writes

	mu      sync.Mutex // guards what follows
	queue   []message
	bytes   int  // in queue and being written
	writing bool // somebody writes, or is about to
	started bool
	reading bool
	ending  bool
	over    bool // nothing runs any more
	flush   bool // ending writes the queue first
	ponging bool // a pong waits to be written
	end     End
	heard   time.Time     // something came
	broken  error         // a write failed; the reader has a moment to say why
	room    chan struct{} // closed when there is room; nil if nobody waits
	idle    chan struct{} // made when the end begins: closed when nobody writes
	quiet   chan struct{} // the same: nobody reads
	done    chan struct{} // made when somebody asks
}

func newConn(nc net.Conn, cfg Config) *Conn { return &Conn{nc: nc, cfg: cfg.withDefaults()} }

// Start begins to read and to ping. It is called once; until then frames may
// be sent but none arrive.
func (c *Conn) Start(h Handler) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started {
		panic("link: started twice")
	}
	c.started, c.h = true, h
	if c.ending {
		return
	}
	c.reading, c.heard = true, time.Now()
	_ = c.nc.SetReadDeadline(c.heard.Add(c.cfg.PingEvery)) // see tick
	go c.read()
}

// Stats gives the counters.
func (c *Conn) Stats() Stats {
	return Stats{c.sentFrames.Load(), c.sentBytes.Load(), c.gotFrames.Load(), c.gotBytes.Load()}
}

// Done is closed when the connection is over and nothing of it runs.
func (c *Conn) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.over {
			close(c.done)
		}
	}
	return c.done
}

// Close writes what is queued, says goodbye with code and reason, and waits
// until nothing of the connection runs. It must not be called from a handler.
// Closing again only waits.
func (c *Conn) Close(code int, reason string) {
	c.finish(End{Code: code, Text: reason}, true)
	<-c.Done()
}

// Fail ends the connection without what is queued and without waiting.
func (c *Conn) Fail(code int, reason string) { c.finish(End{Code: code, Text: reason}, false) }

// Finish is Close without waiting: what is queued is still written.
func (c *Conn) Finish(code int, reason string) { c.finish(End{Code: code, Text: reason}, true) }

func (c *Conn) finish(e End, flush bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(e, flush)
}

func (c *Conn) endLocked(e End, flush bool) {
	if c.ending {
		return
	}
	c.ending, c.end, c.flush = true, e, flush
	c.idle, c.quiet = make(chan struct{}), make(chan struct{})
	c.roomLocked()
	if !flush {
		c.queue = nil
	}
	if !c.writing {
		close(c.idle)
	}
	if !c.reading {
		close(c.quiet)
	}
	go c.shutdown(e)
}

// shutdown is the last goroutine of a connection; Done tells its end.
func (c *Conn) shutdown(e End) {
	switch {
	case e.Code == abnormal || e.Code == 0:
		// Nothing can reach the peer any more.
	case e.Remote:
		_ = c.sayGoodbye(e.Code, "", c.cfg.Linger)
	default:
		c.goodbye(e)
	}
	_ = c.nc.Close()
	<-c.quiet
	c.work.Wait()
	c.mu.Lock()
	h := c.h
	c.mu.Unlock()
	if h != nil {
		h.Closed(e)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.done != nil {
		close(c.done)
	}
}

// goodbye lets the writer finish, sends the close frame and waits a little for
// the answer. A peer that is too slow hangs in a write and is waited for less.
func (c *Conn) goodbye(e End) {
	wait := c.cfg.WriteTimeout
	if !c.flush { // set before shutdown started, never again
		wait = c.cfg.Linger
	}
	if c.sayGoodbye(e.Code, e.Text, wait) != nil {
		return
	}
	_ = c.nc.SetReadDeadline(time.Now().Add(c.cfg.Linger))
	if e.Code == wire.CloseTooBig {
		// The reader stopped in the middle of a frame. Closing with bytes
		// unread would reset the socket and lose the close frame.
		_, _ = io.Copy(io.Discard, c.nc)
	}
	await(c.quiet, 2*c.cfg.Linger)
}

var errBusy = errors.New("something is being written")

// sayGoodbye writes the close frame once nothing else is being written.
func (c *Conn) sayGoodbye(code int, text string, wait time.Duration) error {
	if !await(c.idle, wait) {
		return errBusy
	}
	if len(text) > 123 {
		text = text[:123]
	}
	b := websocket.FormatCloseMessage(code, text)
	_ = c.nc.SetWriteDeadline(time.Now().Add(c.cfg.Linger))
	return c.writeAll(make([]byte, 0, maxHead+maxCtl), []message{{b, len(b), opClose}})
}

// await waits for ch, but not for ever, and reports whether it came.
func await(ch <-chan struct{}, most time.Duration) bool {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-ch:
		return true
	case <-t.C:
		return false
	}
}

// brokenLocked ends the connection after a failed write. If the peer closed it
// the reader is about to find out why, and gets a moment to.
func (c *Conn) brokenLocked(err error) {
	switch {
	case c.ending || c.broken != nil:
	case !c.started:
		c.endLocked(End{Code: abnormal, Err: err}, false)
	default:
		c.broken = err
		c.roomLocked()
		_ = c.nc.SetReadDeadline(time.Now().Add(c.cfg.Linger))
	}
}

// tick is called by the reader, whose deadline is the connection's only timer:
// it proves the socket with a ping, and reports whether to read on, which it is
// not once nothing came for too long. It leaves the short deadline alone that
// shutdown sets while it waits for the peer's goodbye.
func (c *Conn) tick() bool {
	c.mu.Lock()
	now := time.Now()
	left := c.cfg.Silence - now.Sub(c.heard)
	if c.ending || c.broken != nil || left <= 0 {
		c.mu.Unlock()
		return false
	}
	_ = c.nc.SetReadDeadline(now.Add(min(c.cfg.PingEvery, left)))
	c.mu.Unlock()
	_ = c.push(message{kind: opPing})
	return true
}

// heardNow puts off the end by silence, and reports whether the end has begun.
func (c *Conn) heardNow() (ending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = time.Now()
	return c.ending
}

// pinged queues the answer to a ping. A ping that comes while the last is
// still to be answered needs no answer of its own.
func (c *Conn) pinged(data string) error {
	c.heardNow()
	c.mu.Lock()
	waits := c.ponging
	c.ponging = true
	c.mu.Unlock()
	if !waits {
		_ = c.push(message{[]byte(data), len(data), opPong})
	}
	return nil
}

// read hands every message to the handler until the socket or the handler
// ends it, then reads on without handing over, so that a close is answered.
// What a server reads next is waited for by a goroutine of its own: this one's
// stack has grown with what the handler did and would stay so.
func (c *Conn) read() {
	var err error
	if c.ws == nil {
		if err = c.fill(); err != nil && c.goOn(err) {
			go c.read()
			return
		}
	}
	for err == nil {
		err = c.readOne()
		if err == nil && c.ws == nil && c.in.r == c.in.w {
			go c.read()
			return
		}
	}
	c.finish(c.endOf(err), false)
	c.mu.Lock()
	c.reading = false
	close(c.quiet)
	c.mu.Unlock()
}

// readOne reads a message and has it handled.
func (c *Conn) readOne() error {
	next := c.next
	if c.ws != nil {
		next = c.nextOfClient
	}
	kind, b, err := next()
	if err != nil {
		return err
	}
	c.gotFrames.Add(1)
	c.gotBytes.Add(int64(len(b)))
	if c.heardNow() {
		return nil
	}
	if kind != opBinary {
		c.finish(End{Code: wire.CloseBroken, Text: "text frame"}, false)
		return nil
	}
	if err := c.h.Frame(b); err != nil {
		e := End{Code: wire.CloseCode(err), Text: "broken frame", Err: err}
		var end *End
		if errors.As(err, &end) {
			e = *end
		}
		c.finish(e, true)
	}
	return nil
}

// endOf turns a read error into how the connection ended.
func (c *Conn) endOf(err error) End {
	c.mu.Lock()
	broken := c.broken
	c.mu.Unlock()
	var ce *websocket.CloseError
	var end *End
	var ne net.Error
	switch {
	case errors.As(err, &ce) && ce.Code != abnormal:
		return End{Code: ce.Code, Text: ce.Text, Remote: true}
	case broken != nil:
		return End{Code: abnormal, Err: broken}
	case errors.As(err, &end):
		return *end
	case errors.Is(err, websocket.ErrReadLimit):
		return End{Code: wire.CloseTooBig, Text: "frame too large", Err: err}
	case errors.As(err, &ne) && ne.Timeout():
		return End{Code: wire.CloseSilent, Text: "nothing heard", Err: err}
	}
	return End{Code: abnormal, Err: fmt.Errorf("read: %w", err)}
}
