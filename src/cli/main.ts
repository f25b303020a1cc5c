process.stdout.write("stackwright\n");
