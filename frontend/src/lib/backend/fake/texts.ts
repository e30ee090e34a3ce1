// Lines for tickets made by rule.

export const subjects = [
  'Calendar invitations arrive twice', 'Backup of Tuesday night is missing', 'Shop is slow after lunch', 'Add a redirect for the old address',
  'Invoice names the wrong company', 'Cannot open the control panel', 'Certificate runs out on Sunday', 'Forward for a colleague on leave',
  'PHP version for the new theme', 'Cron job stopped at midnight', 'Two users share one mailbox', 'Move a domain to another contract',
  'Attachments over 15 MB come back', 'Contact form sends nothing', 'Which plan for three shops?', 'Spam filter is too strict since Friday',
  'Database is almost full', 'SFTP key for the agency', 'Subdomain for the careers page', 'Pictures load on the phone but not at the desk',
  'Cancel the test server at the end of the month', 'Signature shows strange signs', 'Restore one folder from last week', 'Error 502 while paying',
];

export const openers = [
  'Good morning, since yesterday this does not work as it did before. Two of us see it, on different computers. Could you have a look?',
  'Hello, we noticed it on Monday. It is not urgent, but it would be good to know whether it is on our side or yours.',
  'Hi, I tried the article and it helped for an hour, then it came back. The exact message is below.\n\n    421 4.3.0 Temporary system problem, try again later',
  'We are planning a change for next week and would like to know what to prepare. A call is fine too.',
];
