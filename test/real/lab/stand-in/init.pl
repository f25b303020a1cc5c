# The first process of a balancer of the lab: what only PID 1 can do for the stand-in of systemd. It starts processes, collects
# every process that ends (also those that lost their parent) and takes the notes of sd_notify. It is named systemd, because
# keepalived sends notes only to a parent that is process 1 and has that name.
#
# A line in:  spawn ID COUNT NAME=VALUE… WORD…   (COUNT variables, then the command; all but the first three percent-encoded)
#             kill PID SIGNAL
# A line out: spawned ID PID | exited PID CODE SIGNAL | note TEXT   (TEXT percent-encoded)
use strict;
use warnings;
use POSIX qw(setsid WNOHANG _exit);
use Socket;

$0 = "systemd";
$| = 1;
my $note_socket = "/run/systemd/notify";
mkdir "/run/systemd";
socket(my $notes, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($notes, pack_sockaddr_un($note_socket)) or die "bind: $!";
pipe(my $wake, my $waker) or die "pipe: $!";
$SIG{CHLD} = sub { syswrite $waker, "x" };
$SIG{PIPE} = "IGNORE";
print "ready\n";

my $input = "";
while (1) {
  my $ready = "";
  vec($ready, fileno($_), 1) = 1 for (*STDIN, $notes, $wake);
  # A signal between the look and the wait is found after this time. One in the wait leaves $ready as it was.
  $ready = "" if select($ready, undef, undef, 0.05) < 1;
  if (vec($ready, fileno($wake), 1)) { sysread $wake, my $none, 4096 }
  while ((my $pid = waitpid(-1, WNOHANG)) > 0) { print "exited $pid ", $? >> 8, " ", $? & 127, "\n" }
  if (vec($ready, fileno($notes), 1) && defined recv($notes, my $note, 4096, 0)) {
    $note =~ s/([^\w=-])/sprintf "%%%02X", ord $1/ge;
    print "note $note\n";
  }
  if (vec($ready, fileno(STDIN), 1)) {
    sysread(STDIN, $input, 65536, length $input) or exit;
    obey($1) while $input =~ s/^(.*)\n//;
  }
}

sub obey {
  my ($verb, @words) = split / /, shift;
  if ($verb eq "kill") { kill $words[1], $words[0]; return }
  my ($id, $count, @rest) = @words;
  s/%([0-9A-F]{2})/chr hex $1/ge for @rest;
  my $pid = fork();
  if ($pid) { print "spawned $id $pid\n"; return }
  $SIG{CHLD} = $SIG{PIPE} = "DEFAULT";
  setsid();
  open STDIN, "<", "/dev/null";
  open STDOUT, ">&", \*STDERR;
  %ENV = (NOTIFY_SOCKET => $note_socket, map { split /=/, $_, 2 } splice @rest, 0, $count);
  { no warnings; exec { $rest[0] } @rest; }
  print STDERR "$rest[0]: $!\n";
  _exit(203);
}
