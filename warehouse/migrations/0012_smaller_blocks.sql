-- A few schools of a nation are read out of granules that hold three each. With the engine's blocks of 64 KiB eight granules of a
-- narrow column are unpacked for one of them: smaller blocks read a hundred schools with four fifths of the CPU, for 0.5 % more disk.
ALTER TABLE change_log MODIFY SETTING min_compress_block_size = 16384;
