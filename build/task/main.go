// Command task builds, tests, shows and packages Docket. It installs what it
// needs where it can and says the exact command where it cannot.
//
//	go run ./build/task demo              build all and open two windows on a sample desk
//	go run ./build/task demo -headless -out DIR   play the story in real windows on a virtual display
//	go run ./build/task test              install what the tests need, run everything
//	go run ./build/task prove CHECK -n N -seed S  attack one promise at any size
//	go run ./build/task bench -tier quick         measure, beside the peers with -tier standard
//	go run ./build/task gallery -out DIR          draw every view and state of the window
//	go run ./build/task verify            regenerate what is generated; fail on a difference
//	go run ./build/task package           .deb and tarball for Linux
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

type command struct {
	name, does string
	run        func(context.Context, []string) error
}

func commands() []command {
	return []command{
		{"gallery", "draw every view and state of the window: gallery -out DIR; -accept keeps them as looked at", gallery},
		{"demo", "build all and open a customer's and an engineer's window on a sample desk", demo},
		{"test", "install what the tests need and run everything", test},
		{"prove", "attack one of the program's promises: prove CHECK -n N -seed S", prove},
		{"bench", "measure: bench -tier quick, or beside the peers with -tier standard", bench},
		{"verify", "regenerate what is generated and fail on any difference", verify},
		{"package", "build the .deb and the tarball for Linux", pack},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "task:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				if err := toRoot(); err != nil {
					return err
				}
				return c.run(ctx, args[1:])
			}
		}
	}
	fmt.Println("go run ./build/task COMMAND, where COMMAND is one of:")
	for _, c := range commands() {
		fmt.Printf("  %-8s %s\n", c.name, c.does)
	}
	if len(args) > 0 {
		return fmt.Errorf("there is no command %q", args[0])
	}
	return nil
}

// toRoot makes the repository's root the working directory.
func toRoot() error {
	for range 6 {
		if _, err := os.Stat("wails.json"); err == nil {
			return nil
		}
		if err := os.Chdir(".."); err != nil {
			return err
		}
	}
	return errors.New("run me inside the repository")
}
