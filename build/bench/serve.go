//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"syscall"
	"time"

	"docket/sync/cmd/docketd/run"
)

// serveMain is docketd with a profiler: data, listen, private, folder of the
// profiles. SIGUSR1 begins a CPU profile, SIGUSR2 ends it and writes the heap.
func serveMain(args []string) error {
	if len(args) != 4 {
		return errors.New("want data, listen, private and a folder")
	}
	srv, err := run.Serve(context.Background(), run.Config{Data: args[0], Listen: args[1], Private: args[2], Version: "bench"})
	if err != nil {
		return err
	}
	defer srv.Close()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTERM)
	var cpu *os.File
	for s := range signals {
		switch s {
		case syscall.SIGUSR1:
			if cpu, err = os.CreateTemp(args[3], "docketd-*.cpu"); err != nil {
				return err
			}
			if err := pprof.StartCPUProfile(cpu); err != nil {
				return fmt.Errorf("profile: %w", err)
			}
		case syscall.SIGUSR2:
			pprof.StopCPUProfile()
			if cpu != nil {
				cpu.Close()
			}
			heap, err := os.Create(filepath.Join(args[3], "docketd.heap"))
			if err != nil {
				return err
			}
			err = errors.Join(pprof.WriteHeapProfile(heap), heap.Close(), memory(filepath.Join(args[3], "docketd.memory")))
			if err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// memory notes what the memory is made of, before a collection and after one
// that gives back what it can.
func memory(file string) error {
	text := ""
	for _, when := range []string{"as it is", "collected"} {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		anon, _ := memOf(os.Getpid())
		text += fmt.Sprintf("%s: anonymous %d KiB; heap live and garbage %d, in use %d, idle %d, given back %d; stacks %d; other %d; %d goroutines\n", when,
			anon>>10, m.HeapAlloc>>10, m.HeapInuse>>10, m.HeapIdle>>10, m.HeapReleased>>10, m.StackInuse>>10, (m.MSpanSys+m.MCacheSys+m.BuckHashSys+m.GCSys+m.OtherSys)>>10, runtime.NumGoroutine())
		debug.FreeOSMemory()
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// profiled has a server started with a profiler write one until stop.
func (s *server) profiled() (stop func()) {
	if s.b.profile == "" {
		return func() {}
	}
	_ = syscall.Kill(s.pid(), syscall.SIGUSR1)
	return func() {
		_ = syscall.Kill(s.pid(), syscall.SIGUSR2)
		wait(s.b.ctx, time.Second) // it writes
	}
}
