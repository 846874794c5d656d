// Package daemon joins what a server does all day: the jobs it puts in its queue, and what
// each of them calls.
//
// The kinds of job, each in its own file:
//
//	sweep    lists the accounts and asks for their reading      by the clock, or on request
//	read     reads one account                                  asked for by sweep
//	reread   reads what an event named, and has it judged       asked for by events
//	review   judges everything and ranks the issues             some time after a change
//	route    says who is told of what changed                   after a change, and by the clock
//	deliver  sends what waits                                   after route
//	escalate tells of what is past its due date                 hourly
//	keep     forgets what is older than is kept                 daily
//
// What is asked for many times in a while is done once, when the while has ended: so a
// change that was made before the asking is never missed by a job that began before it.
package daemon
