using Hub.Host.CommandLine;

return await HubCommand.Run(args);
